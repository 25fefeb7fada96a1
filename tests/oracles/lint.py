"""Lints the templates whose paths stand on the lines of the standard input with cfn-lint, all of them with one load of its
rules, and prints one line of JSON for each: its path and what was found in it."""

import json
import logging
import sys

from cfnlint.api import ManualArgs, lint_by_config

logging.disable(logging.CRITICAL)


def lint(paths):
    found = {path: [] for path in paths}
    arguments = ManualArgs(templates=paths, regions=["us-east-1"], include_checks=["I", "W", "E"])
    for match in lint_by_config(arguments):
        found.setdefault(str(match.filename), []).append(
            {
                "id": match.rule.id,
                "level": match.rule.severity,
                "message": match.message,
                "start": [match.linenumber - 1, match.columnnumber - 1],
                "end": [match.linenumberend - 1, match.columnnumberend - 1],
                "path": [str(it) for it in getattr(match, "path", None) or []],
                # It explains one of the ways in which another finding could be met.
                "part": match.parent_id is not None,
            }
        )
    return found


def main():
    paths = [line.rstrip("\n") for line in sys.stdin if line.strip()]
    for start in range(0, len(paths), 50):
        some = paths[start : start + 50]
        try:
            found = lint(some)
        except BaseException:  # It says of one of them that it cannot be linted by ending all of them.
            found = {}
            for path in some:
                try:
                    found.update(lint([path]))
                except BaseException as error:
                    print(f"{path}: {error}", file=sys.stderr)
        for path in some:
            if path in found:
                print(json.dumps({"path": path, "found": found[path]}), flush=True)


main()
