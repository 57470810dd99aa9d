using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Clew.Server.Access;
using Clew.Server.Proof;
using Clew.Server.Web;
using Clew.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Clew.Tests.Web;

/// <summary>A whole server on a free port with a database of its own, asked over HTTP as anybody would.</summary>
public sealed class House : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly NpgsqlDataSource database;

    private House(WebApplication app, NpgsqlDataSource database)
    {
        this.app = app;
        this.database = database;
        Address = new Uri(app.Urls.First());
    }

    public Uri Address { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<House> Open(Ground ground, Action<WebApplicationBuilder>? more = null)
    {
        var (database, _) = await ground.NewDatabase();
        return await Open(database, more);
    }

    /// <summary>A server on this database, which it closes in the end.</summary>
    public static async Task<House> Open(NpgsqlDataSource database, Action<WebApplicationBuilder>? more = null, ProofSettings? proof = null)
    {
        var app = WebServer.Build(database, "http://127.0.0.1:0", more, proof);
        await app.StartAsync();
        return new House(app, database);
    }

    /// <summary>A client with a key of this role.</summary>
    public Task<HttpClient> As(string role, string? party = null, string language = "en") => AsSender("test-" + role, role, party, language);

    /// <summary>A client with a key of this system.</summary>
    public async Task<HttpClient> AsSender(string name, string role, string? party = null, string language = "en")
    {
        var key = await Services.GetRequiredService<Keys>().Issue(name, role, party, TestContext.Current.CancellationToken);
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }
}

/// <summary>Short ways to ask.</summary>
public static class Asking
{
    public static async Task<(int Status, JsonElement Body)> Say(this HttpClient client, string path, string json, string mediaType = "application/json", string? behaviour = null)
    {
        using var content = new StringContent(json, Encoding.UTF8, mediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (behaviour is not null)
        {
            request.Headers.Add("GS1-Capture-Error-Behaviour", behaviour);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await Body(response));
    }

    public static async Task<(int Status, JsonElement Body)> Ask(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await Body(response));
    }

    private static async Task<JsonElement> Body(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
            ? await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)
            : JsonSerializer.SerializeToElement(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
}

/// <summary>Tests that measure the memory of the process, and so run with nobody beside them.</summary>
[CollectionDefinition(nameof(Measured), DisableParallelization = true)]
public sealed class Measured;

/// <summary>What answers are compared with.</summary>
public static class Refusals
{
    public static void ShouldBeRefused(this (int Status, JsonElement Body) answer, int status, string code, string path)
    {
        answer.Status.ShouldBe(status, answer.Body.ToString());
        var findings = answer.Body.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString() + " " + f.GetProperty("path").GetString());
        findings.ShouldContain(code + " " + path);
    }
}
