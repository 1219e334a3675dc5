"""Engine checks: what restlake wrote, read by programs that know nothing of it.

    python3 Tests/Engines PROGRAM [--only sandbox,values,…] [--keep FOLDER]
"""

import argparse
import contextlib
import os
import sys
import tempfile
import time
import traceback

import check_dlt
import check_handoff
import check_handoff_clouds
import check_handoff_kills
import check_handoff_others
import check_kills
import check_mcp
import check_night
import check_notebook
import check_publish
import check_push
import check_report
import check_sandbox
import check_schema
import check_shapes
import check_stores
import check_values
import postgres
from outcome import CheckFailed
from program import Program

CHECKS = {
    "sandbox": check_sandbox.check,
    "values": check_values.check,
    "shapes": check_shapes.check,
    "schema": check_schema.check,
    "handoff": check_handoff.check,
    "handoff-kills": check_handoff_kills.check,
    "push": check_push.check,
    "stores": check_stores.check,
    "handoff-clouds": check_handoff_clouds.check,
    "handoff-others": check_handoff_others.check,
    "publish": check_publish.check,
    "mcp": check_mcp.check,
    "night": check_night.check,
    "report": check_report.check,
    "notebook": check_notebook.check,
    "dlt": check_dlt.check,
    "kills": check_kills.check,
}


def main():
    arguments = parse()
    with contextlib.ExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="restlake-engines-", dir="/tmp"))
        # PostgreSQL runs as another user, who must get at its folder.
        os.chmod(temporary, 0o755)
        folder = arguments.keep or os.path.join(temporary, "lakes")
        os.makedirs(folder, exist_ok=True)
        server = stack.enter_context(postgres.server(os.path.join(temporary, "postgres"))) if postgres.programs() else None
        if server is None:
            print("  PostgreSQL is not installed: nothing is read by it.")
            if arguments.require_postgres:
                return 1
        failed = [name for name in arguments.only if not passed(name, Program(arguments.program), folder, server)]
    print(f"  failed: {', '.join(failed)}" if failed else f"  all passed: {', '.join(arguments.only)}")
    return 1 if failed else 0


def parse():
    parser = argparse.ArgumentParser(prog="Tests/Engines", description="Reads what restlake writes with real engines.")
    parser.add_argument("program", help="the restlake binary")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(CHECKS), help=", ".join(CHECKS))
    parser.add_argument("--keep", metavar="FOLDER", help="leave the lakes there")
    parser.add_argument("--require-postgres", action="store_true", help="fail where PostgreSQL is not installed")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.only if name not in CHECKS]
    if unknown:
        parser.error(f"no check '{unknown[0]}': {', '.join(CHECKS)}")
    return arguments


def passed(name, program, folder, server):
    started = time.monotonic()
    try:
        return CHECKS[name](program, folder, server)
    except CheckFailed as error:
        print(f"  {name}: FAILED: {error}", flush=True)
        return False
    # Whatever a library of a check throws is that check's failure; the others still run.
    except Exception as error:
        traceback.print_exc(file=sys.stdout)
        print(f"  {name}: FAILED: {type(error).__name__}: {error}", flush=True)
        return False
    finally:
        print(f"  {name}: {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
