"""`ledgerward token`: a new key for patients' tokens; the tokens of a patient or a case."""

import json
import sys
from enum import StrEnum

import typer

from infra.local.contents import put_secret
from infra.local.errors import BoxError
from infra.local.state import add_token_key, only_one_at_a_time, token_secret
from shared.aws.tokens import tokenizer_of
from shared.cli.deployment import open_deployment
from shared.cli.output import JsonOption, Output

token = typer.Typer(name="token", help="Tokens of patients and cases.", no_args_is_help=True)


class TokenKind(StrEnum):
    """What an identifier identifies."""

    PATIENT = "patient"
    CASE = "case"


@token.command("rotate")
def rotate(*, as_json: JsonOption = False) -> None:
    """Add a key for the tokens of what comes in from now on; older tokens stay good."""
    output = Output(as_json=as_json)
    deployment = open_deployment()
    settings = deployment.settings
    with only_one_at_a_time(settings):
        version = add_token_key(settings)
        secret_arn = deployment.output("TokenSecretArn")
        put_secret(deployment.clients, secret_arn, token_secret(settings))
    output.say(f"key version {version} is in the secret; a function uses it from its next start")
    output.finish({"current": version}, "token of case", "status")


@token.command("of")
def of(kind: TokenKind, *, as_json: JsonOption = False) -> None:
    """The tokens of the identifier on standard input: one for each key version, today's first."""
    output = Output(as_json=as_json)
    identifier = sys.stdin.readline().strip()
    if not identifier:
        raise BoxError("No identifier came", hint="Type it on standard input, in one line.")
    secret = json.loads(token_secret(open_deployment().settings))
    made = tokenizer_of(secret).every_token(kind.value, identifier)
    for each in made:
        output.say(each)
    traces = [f"trace {each}" for each in made if kind is TokenKind.CASE]
    output.finish({"kind": kind.value, "tokens": made}, *traces)
