"""The ports on AWS, and the wiring of each step. The only room that knows botocore."""
