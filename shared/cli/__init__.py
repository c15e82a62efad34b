"""What people type: one command, noun and verb, `--json` everywhere."""
