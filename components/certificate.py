"""A public certificate for the load balancer's domain, validated through Route 53."""

import pulumi
import pulumi_aws as aws


def request_certificate(name: str, domain: str, hosted_zone_id: str, *, parent: pulumi.Resource) -> pulumi.Output[str]:
    """The certificate's ARN, handed out once Certificate Manager has issued it."""
    child = pulumi.ResourceOptions(parent=parent)
    certificate = aws.acm.Certificate(f"{name}-request", domain_name=domain, validation_method="DNS", opts=child)
    # One domain name has exactly one validation option.
    option = certificate.domain_validation_options.apply(lambda options: options[0])
    record = aws.route53.Record(
        f"{name}-validation",
        zone_id=hosted_zone_id,
        name=option.apply(lambda found: found.resource_record_name or ""),
        type=option.apply(lambda found: found.resource_record_type or "CNAME"),
        records=[option.apply(lambda found: found.resource_record_value or "")],
        ttl=300,
        allow_overwrite=True,
        opts=child,
    )
    validation = aws.acm.CertificateValidation(
        f"{name}-issued", certificate_arn=certificate.arn, validation_record_fqdns=[record.fqdn], opts=child
    )
    return validation.certificate_arn
