"""Checks the direction of includes in include/filippov and lib: layers.py ROOT LAYER...

The layers are given in order; a file may include its own layer and those before it. Public headers
include no private ones, and filippov.hpp includes every public header. No two headers define a type of
the same name.
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]).resolve()
layers = sys.argv[2:]
public = root / "include" / "filippov"
umbrella = public / "filippov.hpp"
problems = []


def layer_of(file):
    for base in (public, root / "lib"):
        if file.is_relative_to(base) and len(file.relative_to(base).parts) > 1:
            return file.relative_to(base).parts[0]
    return None


def project_includes(file):
    """Yields (line number, name, the file it means or None) for every include that is not a library's."""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(?:"(.*)"|<(filippov/.*)>)', line)
        if match:
            name = match[1] or match[2]
            places = (file.parent / name, root / "include" / name, root / "lib" / name)
            yield number, name, next((p.resolve() for p in places if p.is_file()), None)


def check(file):
    layer = layer_of(file)
    if layer not in layers:
        problems.append(f"{file}: is in no layer; the layers are {', '.join(layers)}")
        return
    for number, name, target in project_includes(file):
        where = f"{file}:{number}: includes {name}"
        if target is None:
            problems.append(f"{where}, which is no file of this project; libraries take <>")
        elif target == umbrella:
            problems.append(f"{where}, which is for users; name the headers needed")
        elif layers.index(layer_of(target)) > layers.index(layer):
            problems.append(f"{where}, of a later layer than {layer}")
        elif file.is_relative_to(public) and not target.is_relative_to(public):
            problems.append(f"{where}, which is not installed")


headers = sorted(set(public.rglob("*.hpp")) - {umbrella})
precompiled = root / "lib" / "precompiled"
sources = sorted(
    file for end in ("*.hpp", "*.cpp") for file in (root / "lib").rglob(end)
    if file.parent != precompiled)
for file in headers + sources:
    check(file)

# Types of one name in one namespace, defined in two headers, would be taken for one by the linker.
for private in (False, True):
    defined = {}
    for file in headers + sources:
        if file.suffix != ".hpp" or file.is_relative_to(public) == private:
            continue
        for name in re.findall(r"^(?:struct|class) (\w+)[^;]*?\{", file.read_text(), re.M):
            if name in defined:
                problems.append(f"{file}: defines {name}, as {defined[name]} does")
            defined[name] = file

listed = [name for _, name, _ in project_includes(umbrella)]
for header in headers:
    name = header.relative_to(root / "include").as_posix()
    if name not in listed:
        problems.append(f'{umbrella}: lacks #include "{name}"')

print(*problems, sep="\n")
print(f"{len(headers)} public headers, {len(sources)} files in lib, {len(problems)} problems")
sys.exit(bool(problems))
