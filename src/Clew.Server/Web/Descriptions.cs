using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Clew.Server.Web;

/// <summary>A query parameter or header of an endpoint, for its OpenAPI description.</summary>
public sealed record Asked(string Name, string Description, ParameterLocation In = ParameterLocation.Query, bool IsMany = false);

/// <summary>How endpoints describe themselves: the OpenAPI description at <c>/openapi/v1.json</c> is made of this.</summary>
public static class Descriptions
{
    /// <summary>The two questions about the past, which every question takes.</summary>
    public static readonly Asked[] AsOf =
    [
        new("known", "The last position of the ledger that counts: what did we know then?"),
        new("knownAt", "The same as a moment of our clock, with offset."),
        new("happened", "The last moment in the world that counts, with offset: what had happened by then?"),
    ];

    /// <summary>What a scope is asked for; each may be given several times.</summary>
    public static readonly Asked[] Criterion =
    [
        new("lot", "Lots of components, or the units' own.", IsMany: true),
        new("serial", "Units, and whatever contains them.", IsMany: true),
        new("product", "Products, narrowed by the dates of making.", IsMany: true),
        new("madeFrom", "First moment of making, with offset."),
        new("madeUntil", "Moment before which they were made, with offset."),
        new("supplier", "Parties that supplied a component lot.", IsMany: true),
    ];

    /// <summary>Rows on a page.</summary>
    public static readonly Asked Limit = new("limit", $"Rows on a page, 1 to {Question.LimitMax}.");

    /// <summary>Answers with this; its place in the OpenAPI description.</summary>
    public static RouteHandlerBuilder Data<T>(this RouteHandlerBuilder builder, string name, string description, int status = StatusCodes.Status200OK) => builder
        .WithName(name).WithSummary(description).WithMetadata(DataMetadata.Instance)
        .Produces<T>(status)
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>Takes these parameters.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder builder, params IEnumerable<Asked> parameters) => builder.WithMetadata([.. parameters]);

    /// <summary>Adds the description of the whole.</summary>
    public static void AddDescriptions(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Clew";
            document.Info.Description = "The system of record for the life of every serialised medical device. Send 'Authorization: Bearer clew_…'. Refusals are problem details (RFC 9457) with findings: code, path, what, remedy; in Chinese with 'Accept-Language: zh'.";
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var asked in context.Description.ActionDescriptor.EndpointMetadata.OfType<Asked>())
            {
                var schema = new OpenApiSchema { Type = JsonSchemaType.String };
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = asked.Name,
                    In = asked.In,
                    Description = asked.Description,
                    Schema = asked.IsMany ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
                });
            }

            return Task.CompletedTask;
        });
    });
}
