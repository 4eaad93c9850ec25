"""What SAM makes of its short forms: roles, permissions, routes of APIs, and what stays a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.iac.cloudformation.test_reading import ACCOUNT, body, scan

if TYPE_CHECKING:
    from pathlib import Path

    from scanner.snapshot import Snapshot

HEAD = "Transform: AWS::Serverless-2016-10-31\n"
FUNCTION = """
Resources:
  Chat:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.main
"""
ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:app-Chat"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app-ChatRole"
US = "us-east-1"


def read(text: str, place: Path) -> Snapshot:
    return scan(place, {"app/template.yaml": HEAD + text})


def event(kind: str, properties: str) -> str:
    return f"{FUNCTION}      Events: {{Call: {{Type: {kind}, Properties: {{{properties}}}}}}}\n"


def permissions(found: Snapshot) -> list[dict[str, Any]]:
    policy = body(found, "lambda", "GetPolicy", ARN, US)
    return [] if policy is None else list(policy["Policy"]["Statement"])


def told(found: Snapshot) -> list[str]:
    return [gap.detail for gap in found.gaps if gap.id.provider == "iac"]


CALLED: dict[str, tuple[str, dict[str, Any]]] = {
    "a bucket of this account": (
        event("S3", "Bucket: !Ref B, Events: 's3:ObjectCreated:*'"),
        {"s3.amazonaws.com": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}}},
    ),
    "a topic": (
        event("SNS", "Topic: 'arn:aws:sns:us-east-1:200000000001:news'"),
        {"sns.amazonaws.com": {"ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:200000000001:news"}}},
    ),
    "a schedule": (
        event("Schedule", "Schedule: rate(1 hour)"),
        {
            "events.amazonaws.com": {
                "ArnLike": {"AWS:SourceArn": f"arn:aws:events:{US}:{ACCOUNT}:rule/app-ChatCall*"}
            }
        },
    ),
    "any skill": (event("AlexaSkill", ""), {"alexa-appkit.amazon.com": None}),
    "a schedule with a role of its own": (event("ScheduleV2", "ScheduleExpression: rate(1 hour)"), {}),
    "a queue": (event("SQS", "Queue: !GetAtt Q.Arn"), {}),
}


@pytest.mark.parametrize(("text", "expected"), CALLED.values(), ids=CALLED)
def test_events_that_are_services(text: str, expected: dict[str, Any], tmp_path: Path) -> None:
    text += "  Q: {Type: AWS::SQS::Queue}\n  B: {Type: AWS::S3::Bucket}\n"
    found = read(text, tmp_path)
    made = {s["Principal"]["Service"]: s.get("Condition") for s in permissions(found)}
    assert made == expected
    assert told(found) == []


def test_what_is_polled_is_an_event_source_with_a_policy(tmp_path: Path) -> None:
    found = read(event("SQS", "Queue: !GetAtt Q.Arn") + "  Q: {Type: AWS::SQS::Queue}\n", tmp_path)
    (source,) = found.all("aws", "lambda", "ListEventSourceMappings.EventSourceMappings")
    assert source.body["EventSourceArn"] == f"arn:aws:sqs:{US}:{ACCOUNT}:app-Q"
    details = body(found, "iam", "GetAccountAuthorizationDetails.RoleDetailList", ROLE)
    assert "AWSLambdaSQSQueueExecutionRole" in [p["PolicyName"] for p in details["AttachedManagedPolicies"]]


def test_an_event_of_an_unknown_type_is_a_gap(tmp_path: Path) -> None:
    assert told(read(event("Telepathy", ""), tmp_path)) == [
        "what event Call of type `Telepathy` lets call it is not known"
    ]


SHARED = "Globals:\n  Api: {Auth: {DefaultAuthorizer: AWS_IAM}}\n"
OWN = """
  Front:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Auth:
        DefaultAuthorizer: Pool
        Authorizers:
          Pool: {UserPoolArn: "arn:aws:cognito-idp:us-east-1:100000000001:userpool/us-east-1_abc"}
"""
POST = "Path: '/chat/{id}', Method: post"
METHODS: dict[str, tuple[str, str, tuple[str, str, str]]] = {
    "the API that events share": (event("Api", POST), "app-serverlessrestapi", ("NONE", "", "")),
    "one that asks for a signature": (
        event("Api", f"{POST}, Auth: {{Authorizer: AWS_IAM}}"),
        "app-serverlessrestapi",
        ("AWS_IAM", "", "arn:aws:iam::*:user/*"),
    ),
    "as all events of the template": (
        SHARED + event("Api", POST),
        "app-serverlessrestapi",
        ("AWS_IAM", "", "arn:aws:iam::*:user/*"),
    ),
    "an API of its own with a pool": (
        event("Api", f"{POST}, RestApiId: !Ref Front") + OWN,
        "app-front",
        ("COGNITO_USER_POOLS", "Pool", ""),
    ),
    "but not this one": (
        event("Api", f"{POST}, RestApiId: !Ref Front, Auth: {{Authorizer: NONE}}") + OWN,
        "app-front",
        ("NONE", "", ""),
    ),
}


@pytest.mark.parametrize(("text", "api", "asked"), METHODS.values(), ids=METHODS)
def test_a_route_of_a_rest_api(text: str, api: str, asked: tuple[str, str, str], tmp_path: Path) -> None:
    found = read(text, tmp_path)
    (resource,) = found.all("aws", "apigateway", "GetResources.items")
    (method,) = resource.body["resourceMethods"].values()
    calls = method["methodIntegration"]
    assert resource.id.key.partition("/")[0] == api
    assert (method["authorizationType"], method["authorizerId"], calls.get("credentials", "")) == asked
    assert ARN in calls["uri"]
    (statement,) = permissions(found)
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"].endswith(f":{api}/*/POST/chat/*")
    assert body(found, "apigateway", "GetStages", api, US)["item"][0]["stageName"] in {"Prod", "live"}
    assert told(found) == []


HTTP = """
  Front:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Login
        Authorizers: {Login: {JwtConfiguration: {issuer: "https://login.example", audience: [chat]}}}
"""
ROUTES: dict[str, tuple[str, tuple[str, str, str]]] = {
    "for everyone": (event("HttpApi", POST), ("POST /chat/{id}", "NONE", "")),
    "for everything": (event("HttpApi", ""), ("$default", "NONE", "")),
    "behind a login": (
        event("HttpApi", f"{POST}, ApiId: !Ref Front") + HTTP,
        ("POST /chat/{id}", "JWT", "Login"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), ROUTES.values(), ids=ROUTES)
def test_a_route_of_an_http_api(text: str, expected: tuple[str, str, str], tmp_path: Path) -> None:
    found = read(text, tmp_path)
    (route,) = found.all("aws", "apigatewayv2", "GetRoutes.Items")
    fields = ("RouteKey", "AuthorizationType", "AuthorizerId")
    assert tuple(route.body[field] for field in fields) == expected
    assert told(found) == []


NAMES = {
    "one of a path of its own": ("AWSLambdaBasicExecutionRole", "service-role/AWSLambdaBasicExecutionRole"),
    "one without": ("AmazonS3ReadOnlyAccess", "AmazonS3ReadOnlyAccess"),
    "one that is not known": ("SomePolicyOfTomorrow", "SomePolicyOfTomorrow"),
}


@pytest.mark.parametrize(("name", "path"), NAMES.values(), ids=NAMES)
def test_policies_of_aws_by_name(name: str, path: str, tmp_path: Path) -> None:
    found = read(f"{FUNCTION}      Policies: {name}\n", tmp_path)
    details = body(found, "iam", "GetAccountAuthorizationDetails.RoleDetailList", ROLE)
    arns = [policy["PolicyArn"] for policy in details["AttachedManagedPolicies"]]
    assert f"arn:aws:iam::aws:policy/{path}" in arns


POLICIES: dict[str, tuple[str, list[Any], list[str]]] = {
    "a template on a bucket": (
        "[S3ReadPolicy: {BucketName: !Ref B}]",
        ["arn:aws:s3:::app-b", "arn:aws:s3:::app-b/*"],
        [],
    ),
    "a template on what nobody can tell": (
        "[S3ReadPolicy: {BucketName: !Ref P}]",
        [{"like": "arn:aws:s3:::*"}, {"like": "arn:aws:s3:::*/*"}],
        [],
    ),
    "a template that says nothing of models": ("[DynamoDBCrudPolicy: {TableName: t}]", [], []),
    "a template that is none": (
        "[EverythingPolicy: {}]",
        [],
        ["what `EverythingPolicy` of its Policies allows cannot be told"],
    ),
}


@pytest.mark.parametrize(("policies", "resources", "gaps"), POLICIES.values(), ids=POLICIES)
def test_policy_templates(policies: str, resources: list[Any], gaps: list[str], tmp_path: Path) -> None:
    text = f"Parameters: {{P: {{Type: String}}}}\n{FUNCTION}      Policies: {policies}\n"
    found = read(f"{text}  B: {{Type: AWS::S3::Bucket}}\n", tmp_path)
    details = body(found, "iam", "GetAccountAuthorizationDetails.RoleDetailList", ROLE)
    made = [
        resource if isinstance(resource, str) else {"like": resource["like"]}
        for policy in details.get("RolePolicyList", ())
        for statement in policy["PolicyDocument"]["Statement"]
        for resource in statement["Resource"]
    ]
    assert made == resources
    assert told(found) == gaps


CONNECTED: dict[str, tuple[str, bool, list[str]]] = {
    "reads": ("{Destination: {Id: B}, Permissions: [Read]}", True, []),
    "writes": ("{Destination: {Id: B}, Permissions: [Write]}", False, []),
    "is of a table": ("{Destination: {Id: T}, Permissions: [Read]}", False, []),
    "is of something else": (
        "{Destination: {Id: Chat}, Permissions: [Read]}",
        False,
        ["what connector Chatc allows is not known"],
    ),
}


@pytest.mark.parametrize(("connector", "reads", "gaps"), CONNECTED.values(), ids=CONNECTED)
def test_connectors(connector: str, reads: bool, gaps: list[str], tmp_path: Path) -> None:
    text = f"{FUNCTION}    Connectors: {{c: {{Properties: {connector}}}}}\n"
    others = "  B: {Type: AWS::S3::Bucket}\n  T: {Type: AWS::DynamoDB::Table}\n"
    found = read(text + others, tmp_path)
    details = body(found, "iam", "GetAccountAuthorizationDetails.RoleDetailList", ROLE)
    actions = [
        action
        for policy in details.get("RolePolicyList", ())
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    ]
    assert ("s3:GetObject" in actions) == reads
    assert told(found) == gaps


def test_a_role_that_sam_makes_trusts_whom_the_function_says(tmp_path: Path) -> None:
    trust = "{Statement: [{Effect: Allow, Principal: {AWS: 200000000001}, Action: 'sts:AssumeRole'}]}"
    found = read(f"{FUNCTION}      AssumeRolePolicyDocument: {trust}\n      RolePath: /x/\n", tmp_path)
    role = f"arn:aws:iam::{ACCOUNT}:role/x/app-ChatRole"
    details = body(found, "iam", "GetAccountAuthorizationDetails.RoleDetailList", role)
    (statement,) = details["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": "200000000001"}


GLOBALS = "Globals:\n  Function: {FunctionUrlConfig: {AuthType: %s}}\n"


@pytest.mark.parametrize(("kind", "public"), [("NONE", 2), ("AWS_IAM", 0)])
def test_globals_hold_for_every_function(kind: str, public: int, tmp_path: Path) -> None:
    found = read(GLOBALS % kind + FUNCTION, tmp_path)
    assert (
        body(found, "lambda", "ListFunctionUrlConfigs", ARN, US)["FunctionUrlConfigs"][0]["AuthType"] == kind
    )
    assert len(permissions(found)) == public


DESCRIBED = """
Resources:
  Front:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        openapi: 3.0.1
        security: [{sig: []}]
        components:
          securitySchemes:
            sig: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
            key: {type: apiKey, name: x-api-key, in: header}
        paths:
          /chat:
            post:
              %s
              x-amazon-apigateway-integration:
                type: aws
                uri: "arn:aws:apigateway:us-east-1:runtime.sagemaker:path//endpoints/chat/invocations"
                credentials: arn:aws:iam::100000000001:role/api
  Live: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Front, StageName: live}}
"""
SECURITY: dict[str, tuple[str, tuple[str, bool]]] = {
    "as everything": ("summary: x", ("AWS_IAM", False)),
    "for everyone": ("security: []", ("NONE", False)),
    "for who shows a key": ("security: [{key: []}]", ("NONE", True)),
    "by something that is not described": ("security: [{other: []}]", ("CUSTOM", False)),
}


@pytest.mark.parametrize(("line", "asked"), SECURITY.values(), ids=SECURITY)
def test_a_description_of_an_api(line: str, asked: tuple[str, bool], tmp_path: Path) -> None:
    found = read(DESCRIBED % line, tmp_path)
    (resource,) = found.all("aws", "apigateway", "GetResources.items")
    method = resource.body["resourceMethods"]["POST"]
    assert (method["authorizationType"], method["apiKeyRequired"]) == asked
    assert method["methodIntegration"]["type"] == "AWS"
    assert told(found) == []


POLICY = """
Resources:
  Front:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Policy: {Statement: [{Effect: Allow, Principal: "*", Action: "execute-api:Invoke", Resource: %s}]}
  Live: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Front, StageName: live}}
"""
RESOURCES = {
    "everything of it": ("execute-api:/*", f"arn:aws:execute-api:us-east-1:{ACCOUNT}:app-front/*"),
    "a stage": ("execute-api:/live/*", f"arn:aws:execute-api:us-east-1:{ACCOUNT}:app-front/live/*"),
    "an ARN in full": ("arn:aws:execute-api:*:*:x/*", "arn:aws:execute-api:*:*:x/*"),
}


@pytest.mark.parametrize(("short", "full"), RESOURCES.values(), ids=RESOURCES)
def test_a_policy_of_an_api_in_full(short: str, full: str, tmp_path: Path) -> None:
    found = read(POLICY % f'"{short}"', tmp_path)
    api = body(found, "apigateway", "GetRestApis.items", "app-front", US)
    assert api["policy"]["Statement"][0]["Resource"] == full


OPENAPI = """
openapi: 3.0.1
paths:
  /chat:
    post:
      x-amazon-apigateway-integration:
        type: aws
        uri: !Sub "arn:aws:apigateway:${AWS::Region}:runtime.sagemaker:path//endpoints/chat/invocations"
"""
BESIDE: dict[str, tuple[str, bool]] = {
    "included": (
        "DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./api.yaml}}}",
        True,
    ),
    "named": ("DefinitionUri: api.yaml", True),
    "not there": ("DefinitionUri: other.yaml", False),
    "outside of the tree": ("DefinitionUri: ../../api.yaml", False),
    "in a bucket": ("DefinitionUri: 's3://b/api.yaml'", False),
}


@pytest.mark.parametrize(("line", "read_"), BESIDE.values(), ids=BESIDE)
def test_a_description_in_a_file_beside(line: str, read_: bool, tmp_path: Path) -> None:
    front = f"Resources:\n  Front: {{Type: AWS::Serverless::Api, Properties: {{StageName: live, {line}}}}}\n"
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "api.yaml").write_text(OPENAPI)
    found = read(front, tmp_path)
    resources = [d.body["path"] for d in found.all("aws", "apigateway", "GetResources.items")]
    assert resources == (["/chat"] if read_ else [])
    assert bool(told(found)) == (not read_)
