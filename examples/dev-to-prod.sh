#!/usr/bin/env sh
# Brings prod to what dev holds: store dev, plan, show the plan, apply exactly that plan.
# lookervault.toml names both instances; their credentials are in the environment (README, configuration).
#
#     sh examples/dev-to-prod.sh dev prod
set -eu
from=${1:-dev}
to=${2:-prod}

lookervault extract --instance "$from" --quiet
lookervault plan @latest --instance "$to" --quiet --out review.lvplan
lookervault apply review.lvplan --instance "$to"

# 0: nothing left to do; 2: there still are changes
lookervault plan @latest --instance "$to" --quiet --detailed-exitcode
