"""`python -m tests.clients.prospects.importing_alone BATCH`: works on it alone and prints the most it held, in MB.

Asked of the kernel about this program: `ru_maxrss` would remember the process that started it.
"""

import os
import sys
from pathlib import Path
from uuid import UUID

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from org.intake.working import work

    work(UUID(sys.argv[1]))
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(int(status["VmHWM"].split()[0]) // 1024)
