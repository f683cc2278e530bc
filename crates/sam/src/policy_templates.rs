//! Policies that templates name: what they allow, on what their parameters say. Those of services that are served.

use serde_json::{Map, Value, json};

/// Actions, and patterns of what they are allowed on.
type Statement = (&'static [&'static str], &'static [&'static str]);

struct Template {
    name: &'static str,
    parameters: &'static [&'static str],
    statements: &'static [Statement],
}

const TABLE: &str = "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}";
const INDEXES: &str = "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*";
const STREAM: &str =
    "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/stream/${StreamName}";
const STREAMS: &str = "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/stream/*";
const BUCKET: &str = "s3:::${BucketName}";
const OBJECTS: &str = "s3:::${BucketName}/*";
const QUEUE: &str = "sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}";

const TEMPLATES: &[Template] = &[
    Template {
        name: "DynamoDBCrudPolicy",
        parameters: &["TableName"],
        statements: &[(
            &[
                "dynamodb:GetItem",
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:Scan",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:BatchGetItem",
                "dynamodb:DescribeTable",
                "dynamodb:ConditionCheckItem",
            ],
            &[TABLE, INDEXES],
        )],
    },
    Template {
        name: "DynamoDBReadPolicy",
        parameters: &["TableName"],
        statements: &[(
            &[
                "dynamodb:GetItem",
                "dynamodb:Scan",
                "dynamodb:Query",
                "dynamodb:BatchGetItem",
                "dynamodb:DescribeTable",
            ],
            &[TABLE, INDEXES],
        )],
    },
    Template {
        name: "DynamoDBWritePolicy",
        parameters: &["TableName"],
        statements: &[(
            &["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"],
            &[TABLE, INDEXES],
        )],
    },
    Template {
        name: "DynamoDBReconfigurePolicy",
        parameters: &["TableName"],
        statements: &[(&["dynamodb:UpdateTable"], &[TABLE])],
    },
    Template {
        name: "DynamoDBStreamReadPolicy",
        parameters: &["StreamName", "TableName"],
        statements: &[
            (
                &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                &[STREAM],
            ),
            (&["dynamodb:ListStreams"], &[STREAMS]),
        ],
    },
    Template {
        name: "EventBridgePutEventsPolicy",
        parameters: &["EventBusName"],
        statements: &[(
            &["events:PutEvents"],
            &["events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBusName}"],
        )],
    },
    Template {
        name: "FilterLogEventsPolicy",
        parameters: &["LogGroupName"],
        statements: &[(
            &["logs:FilterLogEvents"],
            &["logs:${AWS::Region}:${AWS::AccountId}:log-group:${LogGroupName}:log-stream:*"],
        )],
    },
    Template {
        name: "LambdaInvokePolicy",
        parameters: &["FunctionName"],
        statements: &[(
            &["lambda:InvokeFunction"],
            &["lambda:${AWS::Region}:${AWS::AccountId}:function:${FunctionName}*"],
        )],
    },
    Template {
        name: "S3CrudPolicy",
        parameters: &["BucketName"],
        statements: &[(
            &[
                "s3:GetObject",
                "s3:ListBucket",
                "s3:GetBucketLocation",
                "s3:GetObjectVersion",
                "s3:PutObject",
                "s3:PutObjectAcl",
                "s3:GetLifecycleConfiguration",
                "s3:PutLifecycleConfiguration",
                "s3:DeleteObject",
            ],
            &[BUCKET, OBJECTS],
        )],
    },
    Template {
        name: "S3FullAccessPolicy",
        parameters: &["BucketName"],
        statements: &[
            (
                &[
                    "s3:GetObject",
                    "s3:GetObjectAcl",
                    "s3:GetObjectVersion",
                    "s3:PutObject",
                    "s3:PutObjectAcl",
                    "s3:DeleteObject",
                    "s3:DeleteObjectTagging",
                    "s3:DeleteObjectVersionTagging",
                    "s3:GetObjectTagging",
                    "s3:GetObjectVersionTagging",
                    "s3:PutObjectTagging",
                    "s3:PutObjectVersionTagging",
                ],
                &[OBJECTS],
            ),
            (
                &[
                    "s3:ListBucket",
                    "s3:GetBucketLocation",
                    "s3:GetLifecycleConfiguration",
                    "s3:PutLifecycleConfiguration",
                ],
                &[BUCKET],
            ),
        ],
    },
    Template {
        name: "S3ReadPolicy",
        parameters: &["BucketName"],
        statements: &[(
            &[
                "s3:GetObject",
                "s3:ListBucket",
                "s3:GetBucketLocation",
                "s3:GetObjectVersion",
                "s3:GetLifecycleConfiguration",
            ],
            &[BUCKET, OBJECTS],
        )],
    },
    Template {
        name: "S3WritePolicy",
        parameters: &["BucketName"],
        statements: &[(
            &["s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration"],
            &[BUCKET, OBJECTS],
        )],
    },
    Template {
        name: "SQSPollerPolicy",
        parameters: &["QueueName"],
        statements: &[(
            &[
                "sqs:ChangeMessageVisibility",
                "sqs:ChangeMessageVisibilityBatch",
                "sqs:DeleteMessage",
                "sqs:DeleteMessageBatch",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ],
            &[QUEUE],
        )],
    },
    Template {
        name: "SQSSendMessagePolicy",
        parameters: &["QueueName"],
        statements: &[(&["sqs:SendMessage*"], &[QUEUE])],
    },
    Template {
        name: "SSMParameterReadPolicy",
        parameters: &["ParameterName"],
        statements: &[
            (&["ssm:DescribeParameters"], &["*"]),
            (
                &["ssm:GetParameters", "ssm:GetParameter", "ssm:GetParametersByPath"],
                &["ssm:${AWS::Region}:${AWS::AccountId}:parameter/${ParameterName}"],
            ),
        ],
    },
    Template {
        name: "SSMParameterWithSlashPrefixReadPolicy",
        parameters: &["ParameterName"],
        statements: &[
            (&["ssm:DescribeParameters"], &["*"]),
            (
                &["ssm:GetParameters", "ssm:GetParameter", "ssm:GetParametersByPath"],
                &["ssm:${AWS::Region}:${AWS::AccountId}:parameter${ParameterName}"],
            ),
        ],
    },
];

/// The policy that a template means, or why it means none.
pub(crate) fn document(name: &str, parameters: &Value) -> Result<Value, String> {
    let found = TEMPLATES.iter().find(|template| template.name == name);
    let template = found.ok_or_else(|| format!("the policy template {name} is not served"))?;
    let none = Map::new();
    let given = parameters.as_object().unwrap_or(&none);
    let missing = template.parameters.iter().find(|name| !given.contains_key(**name));
    if let Some(missing) = missing {
        return Err(format!("{name}: the parameter {missing} is missing"));
    }
    if let Some(other) = given.keys().find(|name| !template.parameters.contains(&name.as_str())) {
        return Err(format!("{name}: the parameter {other} is not known"));
    }
    let statements = template.statements.iter().map(|(actions, patterns)| {
        let resources: Vec<Value> =
            patterns.iter().map(|pattern| resource(pattern, given)).collect();
        json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
    });
    Ok(json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<Value>>() }))
}

fn resource(pattern: &str, given: &Map<String, Value>) -> Value {
    if pattern == "*" {
        return json!("*");
    }
    let (mut filled, mut used) = (format!("arn:${{AWS::Partition}}:{pattern}"), Map::new());
    for (name, value) in given {
        let variable = format!("${{{name}}}");
        if filled.contains(&variable) {
            // SAM's variables begin with a small letter.
            let (first, rest) = name.split_at(1);
            let small = first.to_lowercase() + rest;
            filled = filled.replace(&variable, &format!("${{{small}}}"));
            used.insert(small, value.clone());
        }
    }
    json!({ "Fn::Sub": [filled, used] })
}
