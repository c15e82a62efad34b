"""Properties that the engine's CloudFormation accepts and forgets."""
# ruff: noqa: SLF001, PLC0415, ANN401 - reaching into a pinned engine is the point of a fix

import json
from typing import Any


def keep_table_expiry_and_encryption() -> None:
    """Apply TimeToLiveSpecification and SSESpecification of a table.

    Symptom: DescribeTimeToLive says DISABLED and items never expire; DescribeTable knows no key.
    """
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update = handler["create"], handler["update"]

    def apply(name: str, props: Any) -> None:
        expiry = props.get("TimeToLiveSpecification")
        if expiry:
            wanted = {"Enabled": True, **expiry}
            dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": wanted})
        encryption = props.get("SSESpecification") or {}
        if encryption.get("SSEEnabled"):
            dynamodb._tables[name]["SSEDescription"] = {
                "Status": "ENABLED",
                "SSEType": "KMS",
                "KMSMasterKeyArn": encryption.get("KMSMasterKeyId", ""),
            }

    def create_whole(logical_id: str, props: Any, stack_name: str) -> Any:
        name, attributes = create(logical_id, props, stack_name)
        apply(name, props)
        return name, attributes

    def update_whole(physical_id: str, old: Any, new: Any, *args: Any, **kwargs: Any) -> Any:
        name, attributes = update(physical_id, old, new, *args, **kwargs)
        apply(name, new)
        return name, attributes

    handler.update(create=create_whole, update=update_whole)


def validate_requests() -> None:
    """Create request validators and attach them to their methods.

    Symptom: a request that lacks a required parameter or whose body does not fit its model reaches
    the function; AWS answers 400 before that.
    """
    from ministack.services import apigateway_v1
    from ministack.services.cloudformation import provisioners

    def create_validator(logical_id: str, props: Any, _stack_name: str) -> Any:
        request = {
            "name": props.get("Name", logical_id),
            "validateRequestBody": bool(props.get("ValidateRequestBody")),
            "validateRequestParameters": bool(props.get("ValidateRequestParameters")),
        }
        _, _, body = apigateway_v1._create_request_validator(props["RestApiId"], request)
        validator = json.loads(body)["id"]
        return validator, {"RequestValidatorId": validator}

    put_method = provisioners._apigw_method_create

    def create_method(logical_id: str, props: Any, stack_name: str) -> Any:
        outcome = put_method(logical_id, props, stack_name)
        resource = apigateway_v1._resources[props["RestApiId"]][props["ResourceId"]]
        method = resource["resourceMethods"][props.get("HttpMethod", "ANY")]
        method["requestValidatorId"] = props.get("RequestValidatorId")
        return outcome

    provisioners._apigw_method_create = create_method  # its update calls it by this name
    provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Method"]["create"] = create_method
    provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RequestValidator"]["create"] = (
        create_validator
    )
