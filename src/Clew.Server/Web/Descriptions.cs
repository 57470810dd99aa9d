using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Clew.Server.Web;

/// <summary>A query parameter or header of an endpoint, for its OpenAPI description.</summary>
public sealed record Asked(string Name, string Description, ParameterLocation In = ParameterLocation.Query, bool IsMany = false);

/// <summary>An endpoint whose parameters have open names: it says itself which of them it does not know.</summary>
public sealed class AnyParameters
{
    /// <summary>The mark.</summary>
    public static readonly AnyParameters Instance = new();
}

/// <summary>The body of an endpoint, for its OpenAPI description.</summary>
/// <remarks>
/// Not the framework's <c>Accepts</c>: that picks another endpoint for any other media type, and what somebody sends would be gone
/// before anybody could keep it or say what is wrong.
/// </remarks>
public sealed record Taken(Type Type, params string[] MediaTypes);

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

    /// <summary>Takes a body of these media types.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder builder, params string[] mediaTypes) => builder.WithMetadata(new Taken(typeof(T), mediaTypes));

    /// <summary>Takes these parameters.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder builder, params IEnumerable<Asked> parameters) => builder.WithMetadata([.. parameters]);

    /// <summary>
    /// Refuses parameters that an endpoint does not describe, and those given twice that are taken once: a filter that is ignored
    /// answers another question. What is described and what is taken are one list.
    /// </summary>
    public static void UseDescribedParameters(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Query.Count == 0 || context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<DataMetadata>() is null || endpoint.Metadata.GetMetadata<AnyParameters>() is not null)
        {
            return next(context);
        }

        var known = endpoint.Metadata.OfType<Asked>().Where(a => a.In == ParameterLocation.Query).ToDictionary(a => a.Name, StringComparer.Ordinal);
        var findings = new List<Finding>();
        foreach (var (name, values) in context.Request.Query)
        {
            if (!known.TryGetValue(name, out var asked))
            {
                findings.Add(new Finding(QuestionFindings.UnknownParameter, "?" + name, name, string.Join(", ", known.Keys)));
            }
            else if (values.Count > 1 && !asked.IsMany)
            {
                findings.Add(new Finding(QuestionFindings.Parameter, "?" + name, name, values.ToString(), values[0] ?? ""));
            }
            else if (values.Any(v => v?.Contains('\0', StringComparison.Ordinal) == true))
            {
                findings.Add(new Finding(FactFindings.Control, "?" + name));
            }
        }

        return findings.Count == 0 ? next(context) : Problems.Write(context, StatusCodes.Status400BadRequest, findings);
    });

    /// <summary>Adds the description of the whole.</summary>
    public static void AddDescriptions(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Clew";
            document.Info.Description = "The system of record for the life of every serialised medical device. Send 'Authorization: Bearer clew_…'. Refusals are problem details (RFC 9457) with findings: code, path, what, remedy; in Chinese with 'Accept-Language: zh'.";
            (document.Components ??= new OpenApiComponents()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [KeyAuthentication.SchemeName] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key as 'clew key' makes it." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, ct) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Taken>().FirstOrDefault() is { } taken)
            {
                var body = await context.GetOrCreateSchemaAsync(taken.Type, null, ct);
                operation.RequestBody = new OpenApiRequestBody { Required = true, Content = taken.MediaTypes.ToDictionary(m => m, _ => (OpenApiMediaType)new() { Schema = body }, StringComparer.Ordinal) };
            }

            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<DeedRequirement>().FirstOrDefault() is { } permission)
            {
                // Any one of these deeds lets one in; docs/reference/roles.md says which role may do which.
                operation.AddExtension("x-deeds", new JsonNodeExtension(new JsonArray([.. permission.AnyOf.Select(d => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(d.ToString()))])));
                (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyAuthentication.SchemeName, context.Document)] = [] });
            }

            foreach (var asked in context.Description.ActionDescriptor.EndpointMetadata.OfType<Asked>())
            {
                var schema = new OpenApiSchema { Type = JsonSchemaType.String };
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = asked.Name,
                    In = asked.In,
                    Description = asked.Description,
                    Required = asked.In == ParameterLocation.Path,
                    Schema = asked.IsMany ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
                });
            }
        });
    });
}
