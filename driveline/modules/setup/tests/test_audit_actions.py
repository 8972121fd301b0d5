"""操作审计: whatever the program writes into the log has a name there and can be looked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from driveline.modules.setup.pages.audit_words import action_label, action_options
from tests.architecture.source import python_files, tree

WRITERS = {"audit.write", "ports.audit.write", "write_account"}


def _written(module: ast.Module) -> Iterator[str]:
    """The codes in the calls that write to the log, those of the file's own helpers that hand a code on too."""
    constants = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    helpers = {
        function.name
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef)
        for code in _codes(function, WRITERS)
        if isinstance(code, ast.Name) and code.id in {arg.arg for arg in function.args.args}
    }
    for code in _codes(module, WRITERS | helpers):
        said = constants.get(code.id, code) if isinstance(code, ast.Name) else code
        choices = (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,)
        yield from (
            one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def _codes(node: ast.AST, writers: set[str]) -> Iterator[ast.expr]:
    """The second argument of every call of a writer."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in writers and len(call.args) > 1:
            yield call.args[1]


def test_every_action_that_is_written_is_named_and_can_be_looked_for(world):
    codes = {code for path in python_files() for code in _written(tree(path))}
    # One of each way to write: at once, by a helper, by a constant, one of two, of an account.
    assert {"platform.poll", "user.edit", "phone.reveal", "unit.close", "session.end"} <= codes
    options = dict(action_options())
    assert sorted(code for code in codes if options.get(code, code) == code) == []
    assert action_label("platform.poll") == options["platform.poll"] == "修改拉取设置"
