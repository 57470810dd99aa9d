using System.Text;
using Clew.Facts;
using Clew.Server.Access;
using Clew.Server.Web;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Reference;

/// <summary>Prints what a running server answers, and who may ask.</summary>
public sealed class EndpointsPage(Ground ground)
{
    [Fact]
    public async Task Endpoints_are_printed()
    {
        await using var house = await House.Open(ground);
        var all = house.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => (Endpoint: e, Route: "/" + e.RoutePattern.RawText!.TrimStart('/'), Method: string.Join(' ', (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Order(StringComparer.Ordinal))))
            .OrderBy(e => e.Route, StringComparer.Ordinal).ThenBy(e => e.Method, StringComparer.Ordinal).ToList();
        all.Count.ShouldBeGreaterThan(20);
        all.Where(e => Permission(e.Endpoint).Length == 0).Select(e => e.Route).ShouldBeEmpty("Each endpoint names a deed, or says that anybody may.");

        var shown = all.Where(e => e.Method != "OPTIONS").ToList();
        var text = new StringBuilder("""
            # Endpoints

            Printed from a running server; do not edit. *Who* is a deed of [roles.md](roles.md): any of those named lets one in. Parameters and answers
            in full: `/openapi/v1.json` of a running server. Addresses that EPCIS 2.0 defines answer `OPTIONS` as well, and heed `GS1-EPCIS-Min` and
            `GS1-EPCIS-Max`; the table leaves both out.


            """);
        text.Append(PrintedPage.Table(["method", "address", "who", "what", "parameters"], shown.Where(e => Summary(e.Endpoint) is not null)
            .Select(e => new[] { e.Method, $"`{e.Route}`", Permission(e.Endpoint), Summary(e.Endpoint), PrintedPage.Code(e.Endpoint.Metadata.OfType<Asked>().Select(a => a.Name).Where(n => n is not ("GS1-EPCIS-Min" or "GS1-EPCIS-Max"))) })));
        text.Append("\n## Pages, files and descriptions\n\n").Append(PrintedPage.Table(["method", "address", "who"], shown.Where(e => Summary(e.Endpoint) is null)
            .Select(e => new[] { e.Method, $"`{e.Route}`", Permission(e.Endpoint) }).DistinctBy(r => string.Join(' ', r))));
        PrintedPage.Check("docs/reference/endpoints.md", text.ToString());
    }

    private static string? Summary(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary;

    private static string Permission(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "anybody"
        : endpoint.Metadata.GetMetadata<DeedRequirement>() is { } deed ? Words(deed)
        : endpoint.Metadata.OfType<IAuthorizationRequirementData>().SelectMany(d => d.GetRequirements()).OfType<DeedRequirement>().FirstOrDefault() is { } page ? Words(page)
        : endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null ? "anybody who is signed in"
        // The framework maps a few for itself; what names no deed answers nobody.
        : endpoint.RoutePattern.RawText!.Contains("_framework/", StringComparison.Ordinal) ? "nobody"
        : "";

    private static string Words(DeedRequirement deed) => PrintedPage.Code(deed.AnyOf.Select(FactWords.Of));
}
