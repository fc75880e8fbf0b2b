"""A Dockerfile without docker: its steps are carried out by bubblewrap in directories of their own, on this computer's /usr in place
of the base image's. As a program it stands in for `docker run`."""
import fnmatch
import json
import os
import pathlib
import shutil
import subprocess
import sys

# What a stage may write to; the rest is this computer's, read-only.
OWN = ("etc", "opt", "tmp", "usr/local", "var", "labs")
INSTALLED = "var/lib/installed"  # what the stand-in for apt-get installed

STAND_INS = {
    "dpkg-query": f'grep -qxF -- "${{!#}}" /{INSTALLED} && printf installed',
    "apt-get": f'[[ $* != *install* ]] || for word in "$@"; do [[ $word == -* || $word == install ]] || echo "$word" >>/{INSTALLED}; done\n'
               'mkdir -p /var/lib/apt/lists; touch /var/lib/apt/lists/index; echo "apt-get $2" >>/var/lib/calls',
    "cmake": "echo cmake >>/var/lib/calls; mkdir -p build/release; touch build/release/build.ninja",
    "ninja": 'echo ninja >>/var/lib/calls; cp /built "$2/azlab"',
}


class Builder:
    def __init__(self, directory, instructions, context, ignored, program):
        self.directory, self.instructions, self.context, self.ignored, self.program = pathlib.Path(directory), instructions, context, ignored, program
        self.stages, self.arguments = {}, {}
        tools = self.directory / "tools"
        tools.mkdir(parents=True)
        for name, text in STAND_INS.items():
            (tools / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
            (tools / name).chmod(0o755)

    def build(self, arguments, extra=()):
        """The last stage's image. `extra`: more that its steps see, as bubblewrap's options."""
        stage = None
        for one in self.instructions:
            keyword, text = one["keyword"], one["text"]
            if keyword == "FROM":
                stage = self.begin(one)
            elif keyword == "ARG":
                name, _, value = text.partition("=")
                stage["arguments"][name] = arguments.get(name, value)
            elif keyword == "ENV":
                stage["environment"].update(pair.split("=", 1) for pair in text.split())
            elif keyword == "WORKDIR":
                stage["directory"] = text
                (pathlib.Path(stage["root"]) / text.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif keyword in ("ENTRYPOINT", "CMD"):
                stage[keyword.lower()] = json.loads(text)
            elif keyword == "COPY":
                self.copy(stage, one)
            elif keyword == "RUN":
                command = text.replace("\\\n", " ")
                ran = subprocess.run([*sandbox(stage, [*self.stand_ins(), *extra], {**stage["environment"], **stage["arguments"]}), "sh", "-c", command],
                                     capture_output=True, text=True, timeout=600)
                if ran.returncode != 0:
                    raise AssertionError(f"RUN {command}: status {ran.returncode}\n{ran.stdout}{ran.stderr}")
            else:
                raise AssertionError(f"no stand-in for the instruction {keyword}")
        return stage

    def begin(self, one):
        number = len(self.stages)
        root = self.directory / f"stage-{number}"
        if one["image"] in self.stages:
            before = self.stages[one["image"]]
            shutil.copytree(before["root"], root, symlinks=True)
            stage = {**before, "root": str(root), "environment": dict(before["environment"]), "arguments": {}}
        elif one["image"] == "debian:12":
            for name in OWN:
                (root / name).mkdir(parents=True)
            shutil.copytree("/etc", root / "etc", symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*shadow*", "gitconfig", "ssl"))
            shutil.copytree("/etc/ssl/certs", root / "etc/ssl/certs", symlinks=True)
            (root / "usr/local/bin").mkdir()
            (root / INSTALLED).parent.mkdir(parents=True)
            (root / INSTALLED).touch()
            stage = {"root": str(root), "environment": {}, "arguments": {}, "directory": "/", "entrypoint": [], "cmd": []}
        else:
            raise AssertionError(f"no stand-in for the image {one['image']}")
        self.stages[one["name"] or str(number)] = stage
        return stage

    def stand_ins(self):
        return ["--ro-bind", self.directory / "tools", "/tools", "--ro-bind", self.program, "/built", "--setenv", "PATH", "/tools:/usr/local/bin:/usr/bin:/bin"]

    def copy(self, stage, one):
        words = [word for word in one["text"].split() if not word.startswith("--")]
        if len(words) != 2:
            raise AssertionError(f"COPY {one['text']}: one source and one target are known here")
        source, target = words
        base = pathlib.Path(self.stages[one["from"]]["root"]) if one["from"] else self.context
        place = pathlib.Path(stage["root"]) / target.lstrip("/")
        source = base / source.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True, ignore=self.ignore if not one["from"] else None)
        else:
            shutil.copy(source, place)

    def ignore(self, folder, names):
        """.dockerignore: ** is any number of folders, none of them too."""
        relative = pathlib.Path(folder).relative_to(self.context)
        return [name for name in names for pattern in self.ignored
                if fnmatch.fnmatch(str(relative / name), pattern) or fnmatch.fnmatch(name, pattern.removeprefix("**/")) and pattern.startswith("**/")]


def sandbox(image, more=(), environment=None, user=None):
    command = ["bwrap", "--die-with-parent", "--unshare-pid", "--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--clearenv"]
    for name in ("bin", "sbin", "lib", "lib64"):
        command += ["--symlink", f"usr/{name}", f"/{name}"]
    for name in OWN:
        command += ["--bind", f"{image['root']}/{name}", f"/{name}"]
    if user not in (None, "0"):
        command += ["--unshare-user", "--uid", user, "--gid", user]
    for name, value in {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/root", **(environment or {})}.items():
        command += ["--setenv", name, value]
    return [*command, "--chdir", image["directory"], *map(str, more)]


def run(image, arguments, volumes=(), user=None):
    """`docker run`: the command that runs an image's entry point."""
    more = [word for outside, inside in volumes for word in ("--bind", outside, inside)]
    return [*sandbox(image, more, image["environment"], user), *image["entrypoint"], *(arguments or image["cmd"])]


def docker(words):
    """docker run --rm --volume OUTSIDE:INSIDE --user UID:GID IMAGE ARGUMENT…"""
    if words[:2] != ["run", "--rm"]:
        sys.exit(f"no stand-in for docker {words}")
    words, volumes, user = words[2:], [], None
    while words[0].startswith("--"):
        if words[0] == "--volume":
            volumes.append(tuple(words[1].split(":")))
        elif words[0] == "--user":
            user = os.environ.get("STAND_IN_USER", words[1].split(":")[0])
        else:
            sys.exit(f"no stand-in for docker run {words[0]}")
        words = words[2:]
    image = json.loads(pathlib.Path(os.environ["STAND_IN_IMAGES"]).read_text(encoding="utf-8"))[words[0]]
    command = run(image, words[1:], volumes, user)
    os.execvp(command[0], command)


if __name__ == "__main__":
    docker(sys.argv[1:])
