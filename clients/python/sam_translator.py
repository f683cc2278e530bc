"""SAM's own translator: a template and its parameters come in, the template that they stand for goes out.

Runs in the Python that the SAM CLI is installed in.
"""

import json
import sys

from samtranslator.translator.transform import transform


class NoPolicies:
    """Those that the translator brings along are enough."""

    def load(self):
        return {}


template, parameters = json.load(sys.stdin)
json.dump(transform(template, parameters, NoPolicies()), sys.stdout)
