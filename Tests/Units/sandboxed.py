#!/usr/bin/env python3
"""Runs a command under the system call rules of a unit file: sandboxed.py UNIT COMMAND…

SystemCallFilter=, RestrictAddressFamilies= and MemoryDenyWriteExecute= as systemd applies them, by the same library,
for a machine where systemd itself does not run. Status 77 when libseccomp or systemd-analyze is not there.
"""

import ctypes
import errno
import os
import re
import shutil
import socket
import subprocess
import sys

ALLOW = 0x7FFF0000
PROT_EXEC, PROT_WRITE = 4, 2
# scmp_compare
NOT_EQUAL, MASKED_EQUAL = 1, 7


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def refuse(number):
    return 0x00050000 | number


def settings(unit, key):
    return re.findall(rf"^{key}=(.*)$", open(unit).read(), re.M)


def calls_of(group):
    """The system calls of a group such as @system-service, groups within it included."""
    listed = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", group], capture_output=True, text=True,
                            check=True).stdout
    names = set()
    for line in listed.splitlines()[1:]:
        name = line.strip()
        if name.startswith("@"):
            names |= calls_of(name)
        elif name and not name.startswith("#"):
            names.add(name)
    return names


def allowed_calls(unit):
    allowed = set()
    for value in settings(unit, "SystemCallFilter"):
        groups = set().union(*(calls_of(group) if group[0] == "@" else {group} for group in value.lstrip("~").split()))
        allowed = allowed - groups if value.startswith("~") else allowed | groups
    # What systemd itself needs to start the program.
    return allowed | calls_of("@default") | {"execve", "exit_group", "close", "read", "write"}


def main():
    unit, *command = sys.argv[1:]
    try:
        library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    except OSError:
        sys.exit(77)
    if not shutil.which("systemd-analyze"):
        sys.exit(77)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
                                               ctypes.POINTER(Comparison)]
    library.seccomp_load.argtypes = [ctypes.c_void_p]

    def install(default, rules):
        context = library.seccomp_init(default)
        for action, name, *comparisons in rules:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if number >= 0:
                array = (Comparison * len(comparisons))(*comparisons)
                added = library.seccomp_rule_add_array(context, action, number, len(comparisons), array)
                assert added == 0, (name, os.strerror(-added))
        loaded = library.seccomp_load(context)
        assert loaded == 0, os.strerror(-loaded)

    families = {getattr(socket, name) for name in settings(unit, "RestrictAddressFamilies")[0].split()}
    refused = [(refuse(errno.EAFNOSUPPORT), "socket", Comparison(0, MASKED_EQUAL, 0xFFFFFFFF, family))
               for family in range(46) if family not in families]
    if settings(unit, "MemoryDenyWriteExecute") == ["yes"]:
        both = PROT_EXEC | PROT_WRITE
        refused += [(refuse(errno.EPERM), "mmap", Comparison(2, MASKED_EQUAL, both, both)),
                    (refuse(errno.EPERM), "mprotect", Comparison(2, MASKED_EQUAL, PROT_EXEC, PROT_EXEC))]
    install(ALLOW, refused)
    allowed = allowed_calls(unit) | {"seccomp", "prctl"}
    install(refuse(errno.EPERM), [(ALLOW, name) for name in sorted(allowed)])
    os.execvp(command[0], command)


main()
