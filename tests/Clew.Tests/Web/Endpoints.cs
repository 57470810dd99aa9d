using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Clew.Access;
using Clew.Server.Access;
using Clew.Server.Web;
using Clew.Tests.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Web;

/// <summary>Every endpoint that there is, found by asking the server: its permission, its description, its pages.</summary>
public sealed class Endpoints(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_lets_in_the_roles_of_the_table_and_nobody_else()
    {
        await using var house = await House.Open(ground);
        var all = Data(house);
        all.Count.ShouldBeGreaterThan(20);
        using var nobody = new HttpClient { BaseAddress = house.Address };
        foreach (var (endpoint, method, path) in all)
        {
            endpoint.Metadata.GetMetadata<DeedRequirement>().ShouldNotBeNull(endpoint.DisplayName);
            endpoint.Metadata.GetMetadata<IAllowAnonymous>().ShouldBeNull(endpoint.DisplayName);
            using var answer = await nobody.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, endpoint.DisplayName);
            answer.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
        }

        foreach (var role in Roles.All)
        {
            using var client = await house.As(role.Word, "gs1:417/6901234000023");
            foreach (var (endpoint, method, path) in all)
            {
                var may = endpoint.Metadata.GetMetadata<DeedRequirement>()!.AnyOf.Any(d => Roles.May(role.Word, d));
                using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Stop);
                (answer.StatusCode != HttpStatusCode.Forbidden).ShouldBe(may, $"{role.Word} {endpoint.DisplayName}");
                answer.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized);
                ((int)answer.StatusCode).ShouldBeLessThan(500, endpoint.DisplayName);
            }
        }
    }

    [Fact]
    public async Task Nothing_is_open_to_everybody_by_oversight()
    {
        await using var house = await House.Open(ground);
        var open = house.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<DeedRequirement>() is null && e.Metadata.GetMetadata<IAuthorizeData>() is null)
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Where(e => e.DisplayName != "Blazor Opaque Redirection"); // The framework's own; what names no permission is closed to everybody.
        open.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_is_described_with_parameters_answers_problems_and_permission()
    {
        await using var house = await House.Open(ground);
        using var anybody = new HttpClient { BaseAddress = house.Address };
        var paths = (await anybody.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Stop)).GetProperty("paths");
        foreach (var (endpoint, method, _) in Data(house))
        {
            var address = "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{**", "{", StringComparison.Ordinal).Replace(":long", "", StringComparison.Ordinal).Replace(":guid", "", StringComparison.Ordinal);
            paths.TryGetProperty(address, out var described).ShouldBeTrue(address);
            var operation = described.GetProperty(method.ToLowerInvariant());
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            operation.GetProperty("x-deeds").EnumerateArray().Select(d => d.GetString()).ShouldBe(endpoint.Metadata.GetMetadata<DeedRequirement>()!.AnyOf.Select(d => JsonNamingPolicy.CamelCase.ConvertName(d.ToString())));
            var answers = operation.GetProperty("responses");
            foreach (var status in new[] { "400", "401", "403" })
            {
                answers.GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _).ShouldBeTrue(address + status);
            }

            answers.EnumerateObject().Count(a => a.Name[0] == '2').ShouldBeGreaterThan(0);
            var parameters = operation.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Select(p => p.GetProperty("name").GetString()!).ToList() : [];
            parameters.ShouldBeUnique();
            endpoint.RoutePattern.Parameters.Select(p => p.Name).ShouldBeSubsetOf(parameters);
            endpoint.Metadata.OfType<Asked>().Select(a => a.Name).ShouldBeSubsetOf(parameters);
            (method == "POST" && !address.EndsWith("/freeze", StringComparison.Ordinal) && !address.EndsWith("/lock", StringComparison.Ordinal) && address != "/proof/checkpoints").ShouldBe(operation.TryGetProperty("requestBody", out _), address);
        }
    }

    [Fact]
    public async Task Each_refuses_a_parameter_that_it_does_not_know_in_the_readers_language()
    {
        await using var house = await House.Open(ground);
        foreach (var (role, language, words) in new[] { ("qualityManager", "zh-Hans-CN, en;q=0.5", "此处没有参数"), ("integrator", "fr, en;q=0.2", "There is no parameter") })
        {
            using var client = await house.As(role, language: language);
            foreach (var (endpoint, method, path) in Data(house).Where(e => e.Endpoint.Metadata.GetMetadata<DeedRequirement>()!.AnyOf.Any(d => Roles.May(role, d))))
            {
                using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path + "?nonsense=1"), Stop);
                answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, endpoint.DisplayName);
                (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("title").GetString()!.ShouldContain(words);
            }
        }
    }

    [Fact]
    public async Task Pages_join_to_the_whole_while_others_write()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var quality = await house.As("qualityManager");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        const int Units = 57;
        const string Plant = "gs1:414/6901234000016";
        for (var i = 0; i < Units; i++)
        {
            (await system.Say("/capture", $$"""[{"kind":"componentFitted","id":"page{{i}}","happened":"2026-02-10T08:00:00Z","items":["gs1:01/06901234560008/10/B17"],"parent":"gs1:01/06901234567892/21/Q{{i}}","place":"{{Plant}}"},{"kind":"labelVerified","id":"v{{i}}","happened":"2026-02-11T08:{{i}}:00Z","items":["gs1:01/06901234567892/21/P1"],"place":"{{Plant}}"}]""".Replace($"08:{i}:", $"08:{i:D2}:", StringComparison.Ordinal))).Status.ShouldBe(201);
            await quality.Say("/recalls", $$"""{"case":"R-{{i}}","lots":["gs1:01/06901234560008/10/B17"]}""");
            await system.Say("/capture", "[{}]");
        }

        // One entry that brings more irregular steps than a page holds.
        await system.Say("/capture", $$"""[{"kind":"shipped","id":"all","happened":"2026-02-12T08:00:00Z","items":[{{string.Join(',', Enumerable.Range(0, Units).Select(i => $"\"gs1:01/06901234567892/21/Z{i}\""))}}],"place":"{{Plant}}","to":"{{Plant}}"}]""");
        var writes = 0;
        foreach (var (path, list, key) in new (string, string, Func<JsonElement, string>)[]
        {
            ("/devices/gs1:01/06901234567892/21/P1", "timeline", e => e.GetProperty("position").ToString()),
            ("/trace/scope/units?lot=gs1:01/06901234560008/10/B17", "units", e => e.GetProperty("id").GetString()!),
            ("/recalls/R-1/units?set=containsNow", "units", e => e.GetProperty("id").GetString()!),
            ("/recalls", "recalls", e => e.GetProperty("case").GetString()!),
            ("/exceptions/documents", "documents", e => e.GetProperty("document").ToString()),
            ("/exceptions/irregular", "steps", e => e.GetProperty("position") + " " + e.GetProperty("item").GetProperty("id")),
            ("/devices?text=Q", "items", e => e.GetProperty("id").GetString()!),
        })
        {
            var whole = (await quality.Ask(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "limit=1000")).Body.GetProperty(list).EnumerateArray().Select(key).ToList();
            whole.Count.ShouldBeGreaterThan(Units - 1, path);
            var pages = new List<string>();
            for (string? next = path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "limit=7"; next is not null;)
            {
                var (status, page) = await quality.Ask(next);
                status.ShouldBe(200, page.ToString());
                page.GetProperty(list).GetArrayLength().ShouldBeLessThanOrEqualTo(7);
                pages.AddRange(page.GetProperty(list).EnumerateArray().Select(key));
                next = page.TryGetProperty("next", out var address) ? address.GetString() : null;

                // Somebody writes between two pages, in front of and behind where we stand.
                writes++;
                await system.Say("/capture", $$"""[{"kind":"componentFitted","id":"w{{writes}}","happened":"2026-02-10T09:00:00Z","items":["gs1:01/06901234560008/10/B17"],"parent":"gs1:01/06901234567892/21/W{{writes}}","place":"{{Plant}}"},{"kind":"shipped","id":"wx{{writes}}","happened":"2026-02-12T09:00:00Z","items":["gs1:01/06901234567892/21/X{{writes}}"],"place":"{{Plant}}","to":"{{Plant}}"},{"kind":"labelVerified","id":"wv{{writes}}","happened":"2026-02-13T08:00:00Z","items":["gs1:01/06901234567892/21/P1"],"place":"{{Plant}}"}]""");
                await quality.Say("/recalls", $$"""{"case":"W-{{writes}}","lots":["gs1:01/06901234560008/10/B17"]}""");
            }

            pages.ShouldBeUnique();
            pages.ShouldBe(whole, path);
        }
    }

    private static List<(RouteEndpoint Endpoint, string Method, string Path)> Data(House house) =>
    [
        .. house.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<DataMetadata>() is not null)
            .Select(e => (e, e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0], "/" + string.Join('/', e.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(Example)))))),
    ];

    private static string Example(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPart part) => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { IsCatchAll: true } => "gs1:01/06901234567892/21/NONE",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(p => p.Content == "guid") => Guid.Empty.ToString(),
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(p => p.Content == "long") => "999",
        _ => "NONE",
    };
}
