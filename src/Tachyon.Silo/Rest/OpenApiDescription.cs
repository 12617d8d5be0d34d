using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tachyon.Silo.Rest;

/// <summary>What the OpenAPI document says beyond what the endpoints say themselves.</summary>
internal static class OpenApiDescription
{
    private const string KeyScheme = "operatorKey";

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Tachyon silo",
                Version = "1",
                Description = "Channels, providers and settlement of one operator. Ids and addresses are hex; amounts are base units in decimal "
                    + "digits, as texts; byte counts and times are integers of up to 64 bits. Faults are application/problem+json.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The first line of the file that Gateway:OperatorKeyFile names.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            // Every endpoint but health and readiness is limited, only actions change anything, and routes are for the operator alone.
            if (context.Description.HttpMethod == HttpMethods.Post || operation.OperationId is "listPools" or "listRoutes" or "getRoute")
            {
                operation.Security =
                [
                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] },
                ];
            }

            return Task.CompletedTask;
        });
    }
}
