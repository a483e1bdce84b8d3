package io.ipipou.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.AbstractKeyword;
import com.networknt.schema.BaseJsonValidator;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonValidator;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.ValidationContext;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.ValidatorTypeCode;
import java.util.Set;

/** {@code enum}. The library's own writes its values out with an ObjectMapper, a sixth of the start-up time. */
final class EnumKeyword extends AbstractKeyword {

    EnumKeyword() {
        super(ValidatorTypeCode.ENUM.getValue());
    }

    @Override
    public JsonValidator newValidator(
            SchemaLocation location, JsonNodePath path, JsonNode values, JsonSchema parent, ValidationContext context) {
        return new Validator(location, path, values, parent, context);
    }

    private static final class Validator extends BaseJsonValidator {

        Validator(
                SchemaLocation location,
                JsonNodePath path,
                JsonNode values,
                JsonSchema parent,
                ValidationContext context) {
            super(location, path, values, parent, ValidatorTypeCode.ENUM, context);
        }

        @Override
        public Set<ValidationMessage> validate(
                ExecutionContext execution, JsonNode node, JsonNode root, JsonNodePath location) {
            for (JsonNode value : schemaNode) {
                if (value.equals(node)) {
                    return Set.of();
                }
            }
            return Set.of(
                    message().instanceNode(node).instanceLocation(location).build());
        }
    }
}
