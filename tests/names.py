"""Every name of the source tree, so that a document can be held to them."""

import ast
from functools import cache

from tests.source_tree import python_files, strings_of, tree_of

_Members = dict[str, set[str]]


@cache
def _index() -> tuple[_Members, _Members, frozenset[str]]:
    """Return members by module (dotted), members by class, and the strings of the code."""
    modules: _Members = {}
    classes: _Members = {}
    strings: set[str] = set()
    for file in python_files():
        module = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        modules[module] = set(_assigned(tree_of(file).body))
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ClassDef):
                own = set(_assigned(node.body))
                own |= {
                    attribute.attr
                    for attribute in ast.walk(node)
                    if isinstance(attribute, ast.Attribute)
                    and isinstance(attribute.ctx, ast.Store)
                    and isinstance(attribute.value, ast.Name)
                    and attribute.value.id == "self"
                }
                classes.setdefault(node.name, set()).update(own)
        strings.update(strings_of(file))
    return modules, classes, frozenset(strings)


def _assigned(body: list[ast.stmt]) -> list[str]:
    names: list[str] = []
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.append(name)
            case ast.Assign(targets=targets):
                names += [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
            case ast.ImportFrom(names=imported):
                names += [alias.asname or alias.name for alias in imported]
            case _:
                continue
    return names


def exists(name: str) -> bool:
    """Say whether NAME is ours: `f()`, `CLASS`, `Class.member()`, `module.member`, a package or a string of the code.

    A member that is given with its class or module has to be in it.
    """
    modules, classes, strings = _index()
    if name in strings:
        return True
    parts = name.removesuffix("()").split(".")
    if ".".join(parts) in modules:
        return True
    *scope, last = parts
    if not scope:
        everything = set().union(*modules.values(), *classes.values())
        return last in everything or any(module.rpartition(".")[2] == last for module in modules)
    of_class = classes.get(scope[-1], set())
    of_module = set().union(
        *(members for module, members in modules.items() if f".{module}".endswith("." + ".".join(scope)))
    )
    return last in of_class or last in of_module
