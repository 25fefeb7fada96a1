//! The rules, and the engine that runs them.
//!
//! A rule is one file, by subject: its declaration, its reason, its check and its fix on one screen. It sees only the
//! model, so it works for every language that lowers to it. `docs/adding-a-rule.md` shows how to add one.

mod accepts;
mod diagnostic;
mod engine;
mod facts;
mod replacement;
mod rule;
mod selection;

pub use accepts::{Kind, Violation};
pub use diagnostic::{Applicability, Diagnostic, Fix, Tag};
pub use engine::{Cache, Context, Draft, Outcome, check, check_program, fixes};
pub use facts::environments::environment_of;
pub use rule::{Category, Check, FrontEnds, Rule, RuleOption, Severity};
pub use selection::{Options, Selection};

/// The words that a rule's file needs.
mod prelude {
    pub(crate) use crate::diagnostic::Applicability::*;
    pub(crate) use crate::engine::Context;
    pub(crate) use crate::rule::Category::*;
    pub(crate) use crate::rule::Severity::*;
    pub(crate) use crate::rule::{Check, FrontEnds};
    pub(crate) use model::*;
}

/// Declares the modules of all rules and the list [`ALL`]. One word per rule, sorted, by subject.
macro_rules! rules {
    ($($subject:ident: [$($rule:ident),* $(,)?]),* $(,)?) => {
        $(mod $subject { $(pub(crate) mod $rule;)* })*

        /// Every rule, in the order of subject and name.
        pub static ALL: &[&Rule] = &[$($(&$subject::$rule::RULE),*),*];
    };
}

rules! {
    acm: [
        foreign_validation_domain,
    ],
    alb: [
        http_listener_without_redirect,
        without_https_listener,
        without_waf,
    ],
    apigateway: [
        domain_weak_tls_policy,
        mismatched_resources,
        stage_default_throttling,
        stage_without_waf,
    ],
    autoscaling: [
        group_without_scaling_policy,
        group_without_schedule,
        group_without_spot,
        group_without_update_policy,
        invalid_size,
        launch_configuration,
    ],
    backup: [
        cold_storage_too_short,
        plan_redundant,
    ],
    cdk: [
        any_cast,
        cross_region_reference,
        environments_share_account,
        environments_without_pipeline,
        hardcoded_environments,
        imported_resource_mutation,
        inconsistent_environments,
        monolithic_stack,
        pipeline_without_validation,
        stack_without_tags,
        stack_without_termination_protection,
        stacks_in_loop_without_dependency,
        unapplied_tags,
    ],
    cloudformation: [
        invalid_module_resource,
        local_path_needs_packaging,
        missing_nested_template,
        nested_stack_parameter_mismatch,
        undefined_nested_output,
    ],
    cloudfront: [
        invalid_distribution,
        legacy_origin_access_identity,
        s3_origin_without_access_control,
        viewer_weak_tls,
        without_logging,
        without_security_headers,
        without_waf,
    ],
    cloudwatch: [
        missing_alarm,
    ],
    codedeploy: [
        group_without_rollback,
    ],
    codepipeline: [
        github_oauth_source,
        invalid_artifacts,
        invalid_stages,
    ],
    condition: [
        circular_condition,
        constant_condition,
        malformed_condition,
        reference_to_conditional_resource,
        unreachable_branch,
        unused_condition,
    ],
    docdb: [
        cluster_unencrypted,
    ],
    dynamodb: [
        capacity_ignored,
        mismatched_attributes,
        mismatched_billing_mode,
        table_without_pitr,
    ],
    ec2: [
        block_device_unencrypted,
        duplicate_interface_endpoint,
        duplicate_route_table_association,
        ebs_volume_unencrypted,
        hardcoded_ami,
        ingress_bypasses_load_balancer,
        instance_without_image,
        invalid_block_device,
        overlapping_subnets,
        previous_generation_instance,
        private_address_given_twice,
        security_group_broad_ssh_range,
        security_group_rule_ports,
        ssh_instead_of_session_manager,
        ssh_open_to_world,
        subnet_outside_vpc,
        vpc_few_availability_zones,
        vpc_missing_gateway_dependency,
        vpc_private_subnet_without_egress,
        vpc_single_nat_gateway,
        vpc_unconditional_nat_gateways,
    ],
    ecs: [
        container_environment_secret,
        incomplete_task_definition,
        mismatched_fargate_task,
        mismatched_service,
        service_without_circuit_breaker,
    ],
    efs: [
        file_system_unencrypted,
    ],
    eks: [
        unsupported_version,
    ],
    elasticache: [
        cluster_without_failover,
        unencrypted_at_rest,
    ],
    elb: [
        listener_weak_tls_policy,
        listener_without_certificate,
        log_bucket_policy,
        mismatched_properties,
        without_access_logs,
    ],
    function: [
        function_not_allowed_here,
        import_value_in_output,
        invalid_dynamic_reference,
        join_with_empty_delimiter,
        language_extensions_required,
        mapping_key_not_found,
        missing_sub,
        raw_pseudo_parameter,
        redundant_sub,
        reference_of_wrong_format,
        reference_of_wrong_type,
        sub_of_single_reference,
        undefined_attribute,
        unknown_function,
        unsupported_nested_function,
        unused_sub_variable,
        wrong_function_argument,
    ],
    general: [
        inconsistent_names,
        missing_tags,
        unused_suppression,
    ],
    hardcoded: [
        account_id,
        arn_partition,
        domain_name,
        region,
        region_not_allowed,
    ],
    iam: [
        invalid_role_arn,
        malformed_policy,
        named_resource,
        policy_action_resource_mismatch,
        policy_invalid_arn,
        policy_invalid_condition,
        policy_invalid_principal,
        policy_old_version,
        policy_service_wildcard_action,
        policy_unknown_action,
        role_reference_with_path,
    ],
    kinesis: [
        stream_unencrypted,
    ],
    kms: [
        key_policy_wildcard_principal,
        key_rotation_disabled,
        redundant_keys,
    ],
    lambda: [
        environment_secret,
        invalid_environment,
        mismatched_permission,
        mismatched_properties,
        mismatched_queue,
        missing_handler,
        runtime_deprecated,
        snap_start_unsupported,
    ],
    logs: [
        too_many_subscription_filters,
    ],
    mapping: [
        invalid_mapping,
        unused_mapping,
    ],
    neptune: [
        cluster_unencrypted,
    ],
    opensearch: [
        unencrypted_at_rest,
        weak_tls_policy,
    ],
    output: [
        invalid_output,
    ],
    parameter: [
        image_id_without_type,
        invalid_allowed_pattern,
        invalid_parameter,
        no_echo_exposed,
        parameter_default_not_allowed,
        secret_parameter,
        secret_parameter_not_no_echo,
        unused_parameter,
    ],
    property: [
        conflicting_properties,
        deprecated_property,
        duplicate_item,
        invalid_format,
        missing_alternative_property,
        missing_dependent_property,
        missing_property,
        no_fitting_form,
        read_only_property,
        unknown_property,
        value_not_allowed,
        value_of_wrong_form,
        value_of_wrong_length,
        value_out_of_range,
        wrong_item_count,
        wrong_property_type,
    ],
    rds: [
        automatic_backup_disabled,
        instance_contradicts_cluster,
        instance_not_multi_az,
        maintenance_window_unset,
        mismatched_properties,
        storage_unencrypted,
        unavailable_engine_version,
        without_deletion_protection,
    ],
    redshift: [
        cluster_unencrypted,
    ],
    resource: [
        circular_dependency,
        duplicate_identifier,
        half_retained,
        incomplete_resource,
        ineffective_property,
        invalid_deletion_policy,
        invalid_logical_id,
        invalid_resource_attribute,
        invalid_resource_name,
        redundant_depends_on,
        region_without_resource,
        retention_period_unset,
        retired_resource_type,
        secret_property_plaintext,
        stateful_resource_without_deletion_policy,
        unavailable_instance_class,
        unknown_engine_version,
        unknown_resource_type,
        unused_resource,
    ],
    route53: [
        failover_without_health_check,
        hardcoded_zone_id,
        http_health_check,
        invalid_record,
        record_outside_zone,
    ],
    s3: [
        bucket_acl_used,
        bucket_policy_wildcard_principal,
        bucket_public_access_block_incomplete,
        bucket_public_read_acl,
        bucket_without_lifecycle,
        bucket_without_replication,
        cloudfront_policy_without_source_arn,
        replication_without_versioning,
        wildcard_arn,
    ],
    sagemaker: [
        notebook_without_cmk,
    ],
    serverless: [
        ignored_attribute,
        missing_transform,
        unknown_global,
        unknown_ignored_global,
        unknown_property,
    ],
    service: [
        mismatched_properties,
    ],
    sqs: [
        mismatched_dead_letter_queue,
        queue_without_dlq,
    ],
    stepfunctions: [
        invalid_state_machine,
    ],
    template: [
        ambiguous_scalar,
        duplicate_key,
        duplicate_name,
        invalid_parameter_interface,
        invalid_rules_section,
        invalid_section,
        limit_exceeded,
        limit_near,
        merge_key,
        monolithic_template,
        syntax_error,
        undefined_reference,
        yaml_alias,
    ],
    user_data: [
        cloudwatch_agent_unconfigured,
        conflicting_install,
        unchecked_mount,
        without_error_handling,
    ],
}

/// The rule called `name`, or the one that carries `name` as an alias (`checkov:CKV_AWS_28`).
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|it| it.name == name || it.aliases.contains(&name))
}

/// The rules that carry `id` of `tool` as an alias; ids compare without regard to case.
pub fn by_alias(tool: &str, id: &str) -> impl Iterator<Item = &'static Rule> {
    let wanted = format!("{tool}:{id}");
    ALL.iter().copied().filter(move |it| it.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&wanted)))
}

/// The rule whose name is most like `name`, for a suggestion.
pub fn nearest(name: &str) -> Option<&'static str> {
    let score = |it: &str| strsim::jaro_winkler(name, it);
    let best = ALL.iter().map(|it| it.name).max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) > 0.8).then_some(best)
}
