"""Availability Zones in which this stack cannot run, by zone ID: zone names differ between accounts."""

# "Supported Regions for Amazon ECS on AWS Fargate" in the ECS developer guide lists these regions with only
# some of their zones: us-west-1 (usw1-az1, usw1-az3), ap-northeast-1 (apne1-az1, apne1-az2, apne1-az4) and
# cn-north-1 (cnn1-az1, cnn1-az2). us-east-1's use1-az3 is on no such list, but is known to lack
# services that the others have; tasks and mount targets have failed there, and five other zones remain.
# IDs of zones that an account does not have are ignored by the lookup that takes this list. A zone added here moves
# the subnets of every stack that stands in it: EC2 refuses that, so it is for zones in which no stack can stand.
EXCLUDED_ZONE_IDS: tuple[str, ...] = (
    "apne1-az3",
    "cnn1-az3",
    "cnn1-az4",
    "use1-az3",
    "usw1-az2",
)
