"""The stack in the box: the AWS engine, the ERP and their data, on 127.0.0.1 only.

`box.py` is the way in (up, down, reset, status). The engine runs the very templates that go to
AWS, so nothing here imitates the platform: `engine.py` starts it with the few fixes in `fixes/`,
`synthesis.py` makes the templates, `deploy.py` puts them in, `processes.py` owns what runs.
This is the only part of `infra` that may talk to AWS APIs.
"""
