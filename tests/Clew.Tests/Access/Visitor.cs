using System.Net;
using System.Text.RegularExpressions;
using Clew.Tests.Web;

namespace Clew.Tests.Access;

/// <summary>Somebody at a browser without a screen: keeps cookies and sends forms as pages draw them.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly HttpClientHandler handler = new() { AllowAutoRedirect = false };
    private readonly HttpClient client;

    public Visitor(House house)
    {
        client = new HttpClient(handler) { BaseAddress = house.Address };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
    }

    public CookieCollection Cookies => handler.CookieContainer.GetAllCookies();

    public async Task<(HttpStatusCode Status, string Text, string? To)> Look(string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.Location?.OriginalString);
    }

    /// <summary>Sends the form of that name on that page.</summary>
    public Task<(HttpStatusCode Status, string Text, string? To)> Send(string address, string form, params (string Name, string Value)[] fields) => Send(address, address, form, fields);

    /// <summary>Goes, by the form that stands on every page.</summary>
    public async Task<HttpStatusCode> SignOut() => (await Send("/", "/sign-out", "")).Status;

    private async Task<(HttpStatusCode Status, string Text, string? To)> Send(string on, string address, string form, params (string Name, string Value)[] fields)
    {
        var (_, page, _) = await Look(on);
        var token = Token().Match(page).Groups["value"].Value;
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("_handler", form), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]);
        using var answer = await client.PostAsync(new Uri(address, UriKind.RelativeOrAbsolute), content, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.Location?.OriginalString);
    }

    /// <summary>Comes in; where the server sends one next.</summary>
    public async Task<string?> SignIn(string name, string password) => (await Send("/sign-in", "sign-in", ("name", name), ("password", password))).To;

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
