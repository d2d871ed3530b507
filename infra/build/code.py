"""What code can reach, read from its source without running it: modules, tables, and what it does with them.

A reference counts as a call, and a class as all of its methods: what is found may be more than what happens,
never less, as long as code names what it uses (no getattr, no import by text).
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from infra.description import ROOT

SOURCES = {"functions": ROOT / "functions", "kit": ROOT / "layers/kit/python/kit"}
_ROW_WRITES = {"update", "change_if", "delete", "batch_write"}
_PART_WRITES = {"put", "create", "update", "delete"}
_OBJECT_WRITES = {
    "put_object",
    "generate_presigned_post",
    "copy_object",
    "delete_object",
    "upload_fileobj",
    "create_multipart_upload",
    "upload_part",
    "complete_multipart_upload",
}
Definition = ast.AST


@dataclass(frozen=True)
class Symbol:
    """A name defined at the top of a module; without a name, the module itself."""

    module: str
    name: str = ""


_SECRETS = {Symbol("kit.secrets", name) for name in ("text", "document", "look", "store")}
_WRITES_SHEETS = Symbol("kit.files", "write_sheet")  # into the bucket that its caller names
_FILLS_UPLOADS = {Symbol("kit.files", name) for name in ("upload_form", "keep")}  # the bucket is an argument


@dataclass
class Effects:
    """What a piece of code may do to the world."""

    writes: set[str] = field(default_factory=set)  # contexts whose tables it changes
    stores: set[str] = field(default_factory=set)  # variables of buckets it fills, or contexts that do
    secrets: set[str] = field(default_factory=set)  # names of secrets it asks for; "*" if computed
    variables: dict[str, set[str]] = field(default_factory=dict)  # environment variable → contexts reading it
    reached: set[Symbol] = field(default_factory=set)

    def add(self, other: "Effects") -> None:
        """Take in what another piece does, but not what it reaches."""
        self.writes |= other.writes
        self.stores |= other.stores
        self.secrets |= other.secrets
        for name, contexts in other.variables.items():
            self.variables[name] = self.variables.get(name, set()) | contexts


class Module:
    """One parsed source file."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.is_package = path.name == "__init__.py"
        self.tree = ast.parse(path.read_text(encoding="utf-8"), str(path))

    @property
    def context(self) -> str | None:
        """The context it belongs to; the kit belongs to none."""
        root, _, rest = self.name.partition(".")
        return rest.split(".")[0] or None if root == "functions" else None

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Functions, classes and assigned names at the top of the module."""
        found: dict[str, Definition] = {}
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found[node.name] = node
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
        return found

    @cached_property
    def imported(self) -> dict[str, Symbol]:
        """What each imported name stands for; a symbol of a package may turn out to be a module of it."""
        return self.bindings(_runnable(self.tree))

    @cached_property
    def eager(self) -> dict[str, Symbol]:
        """What is imported when the module loads, not first when a function runs."""
        return self.bindings(self.tree.body)

    def bindings(self, nodes: Iterable[ast.AST]) -> dict[str, Symbol]:
        """What the imports among these nodes bind."""
        found: dict[str, Symbol] = {}
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.split(".")[0]
                    found[alias.asname or top] = Symbol(alias.name if alias.asname else top)
            elif isinstance(node, ast.ImportFrom):
                source = self._source_of(node)
                found |= {alias.asname or alias.name: Symbol(source, alias.name) for alias in node.names}
        return found

    def _source_of(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        base = parts[: len(parts) - node.level + (1 if self.is_package else 0)]
        return ".".join([*base, node.module] if node.module else base)


class Code:
    """The project's modules and what they reach."""

    def __init__(self) -> None:
        self.modules = {name: Module(name, path) for name, path in _files()}
        self._known: dict[Symbol, Effects] = {}

    def imports(self, name: str, eager: bool = False) -> set[str]:
        """The project's modules that one module imports, packages on the way included."""
        found: set[str] = set()
        module = self.modules[name]
        for symbol in (module.eager if eager else module.imported).values():
            inner = f"{symbol.module}.{symbol.name}"
            found |= set(_with_parents(inner if inner in self.modules else symbol.module))
        return found & set(self.modules) - {name}

    def importable(self, name: str, eager: bool = False) -> set[str]:
        """Every module that runs when one is imported, and (not eager) when its functions are called."""
        found: set[str] = set()
        waiting = list(_with_parents(name))
        while waiting:
            module = waiting.pop()
            if module in self.modules and module not in found:
                found.add(module)
                waiting += self.imports(module, eager)
        return found

    def missing(self, name: str) -> set[str]:
        """Modules of ours that something reached from here imports, and that do not exist."""
        wanted = {
            symbol.module
            for module in self.importable(name)
            for symbol in self.modules[module].imported.values()
            if symbol.module.split(".")[0] in SOURCES
        }
        return wanted - set(self.modules)

    def tables(self, name: str) -> set[str]:
        """The contexts whose tables a module can reach."""
        reached = (self.modules[module] for module in self.importable(name))
        return {module.context for module in reached if module.context and _is_table(module.name)}

    def needs(self, package: str, name: str, effects: Effects) -> bool:
        """Whether loading a module, or running the code with these effects, takes a third-party package."""
        loaded = {name, *(symbol.module for symbol in effects.reached)}
        running = {module for start in loaded for module in self.importable(start, eager=True)}
        return any(
            symbol.module.split(".")[0] == package
            for module in running
            for symbol in self.modules[module].eager.values()
        )

    def effects(self, entries: Iterable[Symbol], within: str | None = None) -> Effects:
        """What the code starting at these symbols may do, everywhere or within one module."""
        total = Effects()
        waiting = list(entries)
        while waiting:
            symbol = waiting.pop()
            if symbol in total.reached:
                continue
            total.reached.add(symbol)
            if within in (None, symbol.module):
                own = self._own_effects(symbol)
                total.add(own)
                waiting += own.reached
        return total

    def _own_effects(self, symbol: Symbol) -> Effects:
        """What one definition does by itself; `reached` are the symbols it refers to."""
        if symbol not in self._known:
            module = self.modules.get(symbol.module)
            definition = module.definitions.get(symbol.name) if module else None
            self._known[symbol] = self._read(module, definition) if module and definition else Effects()
        return self._known[symbol]

    def _read(self, module: Module, definition: Definition) -> Effects:
        context = module.context or ""
        bound = module.bindings(ast.walk(definition))  # imports inside a function hide names of the module
        effects = Effects(variables={name: {context} for name in _variables(definition)})
        if context and _changes_rows(definition, module):
            effects.writes.add(context)
        for node in _executed(definition):
            if isinstance(node, ast.Name | ast.Attribute) and (symbol := self._resolve(module, node, bound)):
                effects.reached.add(symbol)
            if not isinstance(node, ast.Call):
                continue
            called = self._resolve(module, node.func, bound)
            if called in _SECRETS and module.name != "kit.secrets":
                effects.secrets.add(_constant(node.args[0]) if node.args else "*")
            if called in _FILLS_UPLOADS:
                effects.stores.add("UPLOADS_BUCKET")
            elif called == _WRITES_SHEETS or (
                isinstance(node.func, ast.Attribute) and node.func.attr in _OBJECT_WRITES
            ):
                effects.stores |= set(_variables(definition)) or {context}
        return effects

    def _resolve(self, module: Module, node: ast.expr, bound: dict[str, Symbol]) -> Symbol | None:
        if isinstance(node, ast.Name):
            if node.id in bound:
                return self._settle(bound[node.id])
            if node.id in module.definitions:
                return Symbol(module.name, node.id)
            return self._settle(module.imported[node.id]) if node.id in module.imported else None
        if isinstance(node, ast.Attribute) and (base := self._resolve(module, node.value, bound)):
            return base if base.name else self._settle(Symbol(base.module, node.attr))
        return None

    def _settle(self, symbol: Symbol) -> Symbol:
        """Follow submodules and re-exports to where a symbol is defined."""
        inner = f"{symbol.module}.{symbol.name}"
        if inner in self.modules:
            return Symbol(inner)
        source = self.modules.get(symbol.module)
        if source and symbol.name not in source.definitions and symbol.name in source.imported:
            return self._settle(source.imported[symbol.name])
        return symbol


@cache
def code() -> Code:
    """The project's code as it is now on disk."""
    return Code()


def _files() -> Iterator[tuple[str, Path]]:
    for root, folder in SOURCES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield ".".join([root, *(part for part in parts if part != "__init__")]), path


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _runnable(node: ast.AST) -> Iterator[ast.AST]:
    """A tree's nodes without what only type checkers read."""
    yield node
    if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
        for child in ast.iter_child_nodes(node):
            yield from _runnable(child)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """A definition's nodes without annotations: naming a type does nothing."""
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _executed(child)


def _constant(argument: ast.expr) -> str:
    return str(argument.value) if isinstance(argument, ast.Constant) else "*"


def _is_table(name: str) -> bool:
    return name.split(".")[2:3] == ["table"]


def _variables(definition: Definition) -> Iterator[str]:
    """The names in `os.environ["NAME"]` and `os.environ.get("NAME")`."""
    for node in ast.walk(definition):
        argument = None
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            argument = node.slice
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv"):
            argument = node.args[0]
        if isinstance(argument, ast.Constant):
            yield str(argument.value)


def _changes_rows(definition: Definition, module: Module) -> bool:
    """Whether code writes rows: a model's own write in `table`, or a part of a transaction anywhere."""
    for node in ast.walk(definition):
        if not isinstance(node, ast.Call | ast.Attribute):
            continue
        called = node.func if isinstance(node, ast.Call) else node
        if not isinstance(called, ast.Attribute):
            continue
        base = called.value.id if isinstance(called.value, ast.Name) else None
        if base and module.imported.get(base) == Symbol("kit", "transaction"):
            if called.attr in _PART_WRITES:
                return True
        elif isinstance(node, ast.Call) and (
            called.attr == "save" or (_is_table(module.name) and called.attr in _ROW_WRITES)
        ):
            return True
    return False
