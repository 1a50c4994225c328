"""A public certificate for the load balancer's names, validated through Route 53."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws


def request_certificate(
    name: str, domain: str, hosts: Sequence[str], hosted_zone_id: str, *, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """The ARN of a certificate for `domain` and `hosts`, handed out once Certificate Manager has issued it.

    A host may be a wildcard, `*.example.com`. The hosted zone must hold all of the names and be public.
    """
    child = pulumi.ResourceOptions(parent=parent)
    certificate = aws.acm.Certificate(
        f"{name}-request",
        domain_name=domain,
        subject_alternative_names=list(hosts) or None,
        validation_method="DNS",
        opts=child,
    )

    def prove(host: str) -> aws.route53.Record:
        option = certificate.domain_validation_options.apply(lambda options: _option_of(host, options))
        return aws.route53.Record(
            f"{name}-validation" if host == domain else f"{name}-validation-{host}",
            zone_id=hosted_zone_id,
            name=option.apply(lambda proof: proof.resource_record_name or ""),
            type=option.apply(lambda proof: proof.resource_record_type or "CNAME"),
            records=[option.apply(lambda proof: proof.resource_record_value or "")],
            ttl=300,
            allow_overwrite=True,
            opts=child,
        )

    # A wildcard is proved by the same record as the name that it stands below.
    records = [prove(host) for host in dict.fromkeys(host.removeprefix("*.") for host in (domain, *hosts))]
    validation = aws.acm.CertificateValidation(
        f"{name}-issued",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[record.fqdn for record in records],
        opts=child,
    )
    return validation.certificate_arn


def _option_of(
    host: str, options: Sequence["aws.acm.outputs.CertificateDomainValidationOption"]
) -> "aws.acm.outputs.CertificateDomainValidationOption":
    return next(option for option in options if (option.domain_name or "").removeprefix("*.") == host)
