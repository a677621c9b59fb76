"""``python -m podnet``: the same as the command."""

import sys

from podnet.cli.main import main

sys.exit(main())
