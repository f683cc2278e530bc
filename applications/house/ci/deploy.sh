#!/bin/sh
# Gives the controller that is deployed new code: deploy.sh ARCHIVE
set -eu
aws lambda update-function-code --function-name ac_control_lambda --zip-file "fileb://$1" > /dev/null
aws lambda wait function-updated-v2 --function-name ac_control_lambda
