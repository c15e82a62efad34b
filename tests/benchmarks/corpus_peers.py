"""What other readers say of the same files, each in a process of an environment of its own.

A peer's program prints one JSON object: by file, the faults that it tells, as `CODE PLACE`. Of a
file that it does not read it tells `unread` and why.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.formats.fhir.kinds import READERS

_DOCTOR = """
import json, sys
from x12doctor import diagnose
def faults(path):
    found = diagnose(open(path, "rb").read()).findings
    own = [each for each in found if each.code[0] != "C"]  # C is what a 997 says of other files
    return [f"{each.code} {each.segment_id or ''}{each.element or ''}" for each in own]
print(json.dumps({path: faults(path) for path in sys.argv[1:]}))
"""
_PYX12 = """
import json, logging, sys
import pyx12.errors, pyx12.x12file
logging.disable(logging.CRITICAL)
def faults(path):
    told = []
    try:
        reader = pyx12.x12file.X12Reader(path)
        for segment in reader:
            told += reader.pop_errors()
        reader.cleanup()
        told += reader.pop_errors()
    except pyx12.errors.X12Error:
        return ["unread ISA"]
    except UnicodeDecodeError:
        return ["unread ASCII"]
    return [f"{level}:{code}" for level, code, *_ in told]
print(json.dumps({path: faults(path) for path in sys.argv[1:]}))
"""
_PYDIFACT = """
import json, pathlib, sys, warnings
from pydifact.segmentcollection import Interchange
warnings.simplefilter("ignore")
def text_of(path):
    body = pathlib.Path(path).read_bytes()
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")
def faults(path):
    try:
        read = Interchange.from_str(text_of(path))
        for message in read.get_messages():
            message.validate()
        read.validate()
    except Exception as error:
        return ["unread " + " ".join(str(error).split())]
    return []
print(json.dumps({path: faults(path) for path in sys.argv[1:]}))
"""
_RESOURCES = """
import json, sys
import fhir.resources, fhir.resources.R4B
from pydantic import ValidationError
read = set("""
_RESOURCES += repr(" ".join(sorted(READERS)))
_RESOURCES += """.split())
def faults_in(package, value):
    try:
        package.get_fhir_model_class(value["resourceType"]).model_validate(value)
    except ValidationError as error:
        return [f"{each['type']} {'.'.join(map(str, each['loc']))}" for each in error.errors()]
    except Exception as error:
        return ["unread " + " ".join(str(error).split())]
    return []
def faults(path):
    try:
        value = json.load(open(path, encoding="utf-8-sig"))
    except ValueError as error:
        return ["unread JSON"]
    if not isinstance(value, dict) or value.get("resourceType") not in read:
        return []  # a resource of another kind is not read here
    kinds = [faults_in(each, value) for each in (fhir.resources.R4B, fhir.resources)
             if value["resourceType"] not in OTHERS[each.__name__]]
    return min(kinds, key=len)
OTHERS = {
    "fhir.resources": {"DeviceUseStatement"},
    "fhir.resources.R4B": {"DeviceUsage", "InventoryItem", "InventoryReport"},
}
print(json.dumps({path: faults(path) for path in sys.argv[1:]}))
"""

_HL7V2_MESSAGES = """
import json, re, sys
def messages(path):
    text = open(path, "rb").read().decode("latin-1").replace("\\r\\n", "\\r").replace("\\n", "\\r")
    for each in re.split("(?:^|\\r)[\\x0b ]*MSH", text)[1:]:
        yield re.split("\\r(?=BTS|FTS|BHS|FHS|\\x1c)", "MSH" + each)[0].strip("\\r\\x1c ") + "\\r"
"""
_HL7 = f"""{_HL7V2_MESSAGES}
import hl7
def faults(path):
    told = []
    for message in messages(path):
        try:
            hl7.parse(message)
        except Exception as error:
            told.append(f"unread {{type(error).__name__}} {{error}}")
    return told
print(json.dumps({{path: faults(path) for path in sys.argv[1:]}}))
"""
_HL7APY = f"""{_HL7V2_MESSAGES}
import pathlib, tempfile
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message
def validated(message, report):
    parsed = parse_message(message)
    if parsed.name is None:
        return ["unread structure"]
    try:
        parsed.validate(report_file=str(report))
    except HL7apyException:
        pass
    lines = report.read_text().splitlines() if report.exists() else []
    return [fault_of(line, parsed.name) for line in lines if line.startswith("Error")]
def fault_of(line, structure):
    missing = re.search("Missing required child " + structure + "[.]([A-Z0-9_]+)", line)
    if missing:
        return "missing " + missing[1].removeprefix(structure + "_")
    named = re.search("([A-Z][A-Z0-9]{{2}})(?:[._>]|$)", line)
    return "fields " + (named[1] if named else "")
def faults(path):
    told = []
    for message in messages(path):
        with tempfile.TemporaryDirectory() as folder:
            try:
                told += validated(message, pathlib.Path(folder, "report"))
            except Exception as error:
                told.append(f"unread {{type(error).__name__}} {{error}}"[:100])
    return told
print(json.dumps({{path: faults(path) for path in sys.argv[1:]}}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another reader; `option` names the interpreter that has it on the command line."""

    name: str
    standard: str
    option: str
    program: str


PEERS = (
    Peer(name="x12-doctor", standard="x12", option="x12_peers", program=_DOCTOR),
    Peer(name="pyx12", standard="x12", option="x12_peers", program=_PYX12),
    Peer(name="pydifact", standard="edifact", option="edifact_peers", program=_PYDIFACT),
    Peer(name="fhir.resources", standard="fhir", option="fhir_peers", program=_RESOURCES),
    Peer(name="hl7", standard="hl7v2", option="hl7v2_peers", program=_HL7),
    Peer(name="hl7apy", standard="hl7v2", option="hl7v2_peers", program=_HL7APY),
)


def faults_told(peer: Peer, interpreter: str, paths: Sequence[Path]) -> Mapping[str, list[str]]:
    """The faults of each file by a peer.

    Raises:
        RuntimeError: it is not installed there, or it failed.
    """
    command = [interpreter, "-c", peer.program, *map(str, paths)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        raise RuntimeError(f"{peer.name}: {ended.stderr[-500:]}")
    told: Mapping[str, list[str]] = json.loads(ended.stdout)
    return told
