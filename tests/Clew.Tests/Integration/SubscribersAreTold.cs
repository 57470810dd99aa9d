using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Clew.Identification;
using Clew.Server.Integration.Subscriptions;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Integration;

/// <summary>Who subscribed is told: signed, in order, at least once, whatever fails in between; and nobody is called who must not be.</summary>
public sealed class SubscribersAreTold(Ground ground)
{
    private static readonly IPNetwork Loopback = IPNetwork.Parse("127.0.0.0/8");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_is_told_of_what_meets_its_query_signed_and_again_until_it_has_answered_well()
    {
        await using var house = await House.Open(ground, Near());
        await using var receiver = await Receiver.Open();
        using var system = await house.As("integrator");
        await Save(system, "moves");
        await Say(system, "old");
        receiver.Answers = (n, _) => Task.FromResult(n < 3 ? 500 : 204);
        var made = await Subscribe(system, "moves", receiver.Address, "\"stream\":true");
        var secret = made.GetProperty("signatureToken").GetString()!;
        secret.ShouldStartWith("whsec_");
        await Say(system, "a", "b");
        (await system.Say("/capture", Fact("saleRecorded", "not-asked-for"))).Status.ShouldBe(201);

        // Three times it fails, and each time the same is told.
        var deliveries = new List<Delivered>();
        while (deliveries.Count == 0 || deliveries[^1].Status != 204)
        {
            deliveries.Add(await receiver.Next());
        }

        deliveries.Count(d => d.Status == 500).ShouldBe(3);
        deliveries.Select(d => d.Positions[..d.Positions.IndexOf('-', StringComparison.Ordinal)]).Distinct().Count().ShouldBe(1);
        var last = deliveries[^1];
        last.Ids.ShouldBe([Id("a"), Id("b")]);
        Signature.IsGood(last.Signature, Encoding.UTF8.GetBytes(secret), last.Body, DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5)).ShouldBeTrue();
        Signature.IsGood(last.Signature, Encoding.UTF8.GetBytes(secret), [.. last.Body, 32], DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5)).ShouldBeFalse();
        Signature.IsGood(last.Signature, Encoding.UTF8.GetBytes(secret), last.Body, DateTimeOffset.UtcNow.AddHours(1), TimeSpan.FromMinutes(5)).ShouldBeFalse();
        last.Document.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("subscriptionID").GetString().ShouldBe(made.GetProperty("subscriptionID").GetString());

        // What comes later comes once.
        await Say(system, "c");
        (await receiver.Until(Id("c"))).ShouldBe([Id("c")]);
        var stands = await Stands(system, "moves", made, s => s.GetProperty("behind").GetInt64() == 0);
        stands.TryGetProperty("signatureToken", out _).ShouldBeFalse();
        stands.GetProperty("lastStatus").GetInt32().ShouldBe(204);

        // Kept sealed, shown once.
        await using var command = house.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().CreateCommand("select secret from subscriber");
        Encoding.Latin1.GetString((byte[])(await command.ExecuteScalarAsync(Stop))!).ShouldNotContain(secret[6..]);
    }

    [Fact]
    public async Task What_a_receiver_never_takes_becomes_a_dead_letter_and_the_rest_goes_on_and_all_can_be_told_again()
    {
        await using var house = await House.Open(ground, Near(attempts: 3));
        await using var receiver = await Receiver.Open();
        using var system = await house.As("integrator");
        await Save(system, "moves");
        receiver.Answers = (n, _) => Task.FromResult(n < 3 ? 400 : 200);
        var made = await Subscribe(system, "moves", receiver.Address, "\"stream\":true,\"signatureToken\":\"0123456789abcdef\"");
        made.TryGetProperty("signatureToken", out _).ShouldBeFalse();
        await Say(system, "a");
        var stands = await Stands(system, "moves", made, s => s.GetProperty("deadLetters").GetInt32() == 1);
        stands.GetProperty("lastError").GetString().ShouldBe("answered 400");
        await Say(system, "b");
        (await receiver.Until(Id("b"))).ShouldBe([Id("b")]);

        var address = Address("moves", made);
        var (status, letters) = await system.Ask(address + "/deadLetters");
        status.ShouldBe(200);
        var first = letters[0].GetProperty("first").GetInt64();
        letters[0].GetProperty("events").GetInt32().ShouldBe(1);
        letters[0].GetProperty("attempts").GetInt32().ShouldBe(3);
        (await system.Say($"{address}/deadLetters/{first + 900}/retry", "")).ShouldBeRefused(404, "subscription.noLetter", "");
        (_, var retried) = await system.Say($"{address}/deadLetters/{first}/retry", "");
        retried.GetProperty("delivered").GetBoolean().ShouldBeTrue(retried.ToString());
        (await receiver.Next()).Ids.ShouldBe([Id("a")]);
        (await system.Ask(address + "/deadLetters")).Body.GetArrayLength().ShouldBe(0);

        // From the beginning once more.
        (await system.Say(address + "/replay", """{"position":0}""")).Status.ShouldBe(200);
        (await receiver.Until(Id("a"), Id("b"))).ShouldBe([Id("a"), Id("b")]);
        (await system.Say(address + "/replay", """{"position":-1}""")).ShouldBeRefused(400, "subscription.position", "/position");
        (await system.Say(address + "/replay", """{"recordTime":"2026-01-01T00:00:00Z"}""")).Status.ShouldBe(200);
        (await receiver.Until(Id("a"), Id("b"))).ShouldBe([Id("a"), Id("b")]);
        (_, var tried) = await system.Say(address + "/test", "");
        tried.GetProperty("delivered").GetBoolean().ShouldBeTrue();
        (await receiver.Next()).Ids.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_killed_while_it_delivers_loses_nothing()
    {
        var (database, text) = await ground.NewDatabase();
        await using var receiver = await Receiver.Open();
        await using var house = await House.Open(database, Far());
        using var system = await house.As("integrator");
        await Save(system, "moves");

        // This house admits no webhook; the process does, and holds a delivery when it is killed.
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answers = async (n, context) =>
        {
            if (n == 0)
            {
                held.SetResult();
                await Task.WhenAny(Task.Delay(Timeout.Infinite, context.RequestAborted));
                return 499;
            }

            return 204;
        };
        await Insert(house, "moves", receiver.Address);
        using (var process = Serve(text))
        {
            await Say(system, "a", "b");
            await held.Task.WaitAsync(TimeSpan.FromSeconds(90), Stop);
            process.Kill();
            await process.WaitForExitAsync(Stop);
        }

        using var next = Serve(text);
        try
        {
            (await receiver.Until(Id("a"), Id("b"))).ShouldBe([Id("a"), Id("b")]);
            await Say(system, "c");
            (await receiver.Until(Id("c"))).ShouldBe([Id("c")]);
        }
        finally
        {
            next.Kill();
            await next.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Two_servers_on_one_database_tell_each_event_once_and_never_at_the_same_time()
    {
        var (database, text) = await ground.NewDatabase();
        await using var receiver = await Receiver.Open();
        await using var one = await House.Open(database, Near());
        await using var two = await House.Open(await Clew.Server.Storage.Database.Open(text, Stop), Near());
        using var here = await one.As("integrator");
        using var there = await two.AsSender("other", "integrator");
        await Save(here, "moves");
        for (var i = 0; i < 4; i++)
        {
            await Subscribe(here, "moves", new Uri(receiver.Address, string.Create(CultureInfo.InvariantCulture, $"/hook{i}")), "\"stream\":true");
        }

        var ids = Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"n{i}")).ToList();
        foreach (var pair in ids.Chunk(2))
        {
            await Say(here, pair[0]);
            await Say(there, pair[1]);
        }

        var came = new List<string>();
        while (came.Count < 4 * 40)
        {
            came.AddRange((await receiver.Next()).Ids);
        }

        came.GroupBy(i => i).ShouldAllBe(g => g.Count() == 4);
        receiver.WasTwoAtOnce.ShouldBeFalse();
    }

    [Fact]
    public async Task A_schedule_tells_what_came_since_and_says_so_if_nothing_did()
    {
        await using var house = await House.Open(ground, Near());
        await using var receiver = await Receiver.Open();
        using var system = await house.As("integrator");
        await Save(system, "moves");
        var made = await Subscribe(system, "moves", receiver.Address, "\"schedule\":{\"second\":\"[0-59]\"},\"reportIfEmpty\":true");
        (await receiver.Next()).Ids.ShouldBeEmpty();
        await Say(system, "a");
        (await receiver.Until(Id("a"))).ShouldBe([Id("a")]);
        (await receiver.Next()).Ids.ShouldBeEmpty();
        made.GetProperty("schedule").GetProperty("second").GetString().ShouldBe("[0-59]");
        (await system.DeleteAsync(Address("moves", made), Stop)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await system.Ask(Address("moves", made))).ShouldBeRefused(404, "subscription.none", "");
    }

    [Fact]
    public async Task Less_at_a_time_for_a_receiver_that_asks_for_it()
    {
        await using var house = await House.Open(ground, Near());
        await using var receiver = await Receiver.Open();
        using var system = await house.As("integrator");
        await Save(system, "moves");
        receiver.Answers = (n, context) => Task.FromResult(n == 0 ? 413 : 200);
        await Say(system, [.. Enumerable.Range(0, 10).Select(i => "n" + i)]);
        await Subscribe(system, "moves", receiver.Address, "\"stream\":true,\"initialRecordTime\":\"2026-01-01T00:00:00Z\"");
        (await receiver.Next()).Ids.Count.ShouldBe(10);
        (await receiver.Next()).Ids.Count.ShouldBe(5);
        (await receiver.Next()).Ids.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_websocket_is_told_and_goes_on_where_it_was()
    {
        await using var house = await House.Open(ground, Near());
        using var system = await house.As("integrator");
        await Save(system, "moves");
        string next;
        using (var socket = await Connect(house, system, "/queries/moves/events?stream=true"))
        {
            await Say(system, "a");
            var told = await Hear(socket);
            Ids(told).ShouldBe([Id("a")]);
            next = told.GetProperty("clew:next").GetString()!;
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
        }

        await Say(system, "b");
        using (var again = await Connect(house, system, $"/queries/moves/events?stream=true&position={next}"))
        {
            Ids(await Hear(again)).ShouldBe([Id("b")]);
        }

        using var plain = new HttpRequestMessage(HttpMethod.Get, "/queries/none/events?stream=true");
        plain.Headers.Connection.Add("Upgrade");
        plain.Headers.Upgrade.ParseAdd("websocket");
        plain.Headers.Add("Sec-WebSocket-Version", "13");
        plain.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        (await system.SendAsync(plain, Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_is_called_who_must_not_be()
    {
        await using var house = await House.Open(ground, Far());
        await using var receiver = await Receiver.Open();
        await using var inner = await Receiver.Open();
        using var system = await house.As("integrator");
        await Save(system, "moves");
        foreach (var (dest, code) in new[]
        {
            ("https://127.0.0.1/hook", "subscription.closed"), ("https://localhost/hook", "subscription.closed"), ("https://[::1]/hook", "subscription.closed"), ("https://[::ffff:10.0.0.1]/", "subscription.closed"),
            ("https://169.254.169.254/latest/meta-data", "subscription.closed"), ("https://10.1.2.3/", "subscription.closed"), ("http://example.com/", "subscription.dest"), ("https://user:pw@example.com/", "subscription.dest"),
            ("ftp://example.com/", "subscription.dest"), ("/hook", "subscription.dest"), ("", "subscription.dest"),
        })
        {
            (await system.Say("/queries/moves/subscriptions", $$"""{"dest":"{{dest}}","stream":true}""")).ShouldBeRefused(400, code, "/dest");
        }

        // Asked again when it is called: the row may be older than the rule, and a name may mean another machine by now.
        using var client = Reach.Public.Client(TimeSpan.FromSeconds(5));
        (await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://localhost:{receiver.Address.Port}/"), Stop))).Message.ShouldContain("may not go");
        receiver.Count.ShouldBe(0);

        // A redirect is an answer like any other that is not 2xx.
        receiver.Answers = (_, context) =>
        {
            context.Response.Headers.Location = inner.Address.ToString();
            return Task.FromResult(307);
        };
        using var near = new Reach([Loopback]).Client(TimeSpan.FromSeconds(5));
        (await near.PostAsync(receiver.Address, null, Stop)).StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        inner.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("127.8.8.8", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:192.168.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("2002:0a00:0001::1", false)]
    public void Only_the_public_internet_is_called(string address, bool isAdmitted) => Reach.Public.Admits(IPAddress.Parse(address)).ShouldBe(isAdmitted);

    [Theory]
    [InlineData("""{"hour":"6"}""", "2026-03-01T06:00:00Z")]
    [InlineData("""{"minute":"0,[10-12]"}""", "2026-03-01T05:10:00Z")]
    [InlineData("""{"second":"30"}""", "2026-03-01T05:03:30Z")]
    [InlineData("""{"dayOfWeek":"1"}""", "2026-03-02T00:00:00Z")]
    [InlineData("""{"dayOfWeek":"7","hour":"23","minute":"59","second":"59"}""", "2026-03-01T23:59:59Z")]
    [InlineData("""{"dayOfMonth":"31","month":"[4-12]"}""", "2026-05-31T00:00:00Z")]
    public void A_schedule_is_read_as_the_standard_writes_it(string said, string next)
    {
        var findings = new List<Finding>();
        // A Sunday, 05:03:07.
        Schedule.Read(JsonDocument.Parse(said).RootElement, findings)!.Next(new DateTimeOffset(2026, 3, 1, 5, 3, 7, TimeSpan.Zero)).ShouldBe(DateTimeOffset.Parse(next, CultureInfo.InvariantCulture));
        findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"hour":"24"}""", "subscription.schedule /schedule/hour")]
    [InlineData("""{"minute":"*/5"}""", "subscription.schedule /schedule/minute")]
    [InlineData("""{"minute":"[5-3]"}""", "subscription.schedule /schedule/minute")]
    [InlineData("""{"week":"1"}""", "subscription.schedule /schedule/week")]
    [InlineData("""{}""", "subscription.never /schedule")]
    [InlineData("""{"dayOfMonth":"30","month":"2"}""", "subscription.never /schedule")]
    [InlineData("7", "subscription.schedule /schedule")]
    public void A_schedule_that_is_none_is_refused(string said, string finding)
    {
        var findings = new List<Finding>();
        Schedule.Read(JsonDocument.Parse(said).RootElement, findings).ShouldBeNull();
        findings.Select(f => $"{f.Code} {f.Path}").ShouldBe([finding]);
        findings.ShouldAllBe(f => f.What(CultureInfo.GetCultureInfo("zh")).Length > 0 && f.Remedy(CultureInfo.GetCultureInfo("zh")).Length > 0);
    }

    [Fact]
    public async Task Orders_are_checked_others_see_nothing_and_a_query_that_goes_ends_them()
    {
        await using var house = await House.Open(ground, Near());
        await using var receiver = await Receiver.Open();
        using var system = await house.As("integrator");
        using var other = await house.As("warehouseOperator");
        await Save(system, "moves");
        var dest = receiver.Address.ToString();
        const string At = "/queries/moves/subscriptions";
        (await system.Say(At, $$"""{"dest":"{{dest}}"}""")).ShouldBeRefused(400, "subscription.when", "/stream");
        (await system.Say(At, $$"""{"dest":"{{dest}}","stream":true,"schedule":{"hour":"6"} }""")).ShouldBeRefused(400, "subscription.when", "/stream");
        (await system.Say(At, $$"""{"dest":"{{dest}}","stream":true,"signatureToken":"short"}""")).ShouldBeRefused(400, "subscription.token", "/signatureToken");
        (await system.Say(At, $$"""{"dest":"{{dest}}","stream":true,"initialRecordTime":"yesterday"}""")).ShouldBeRefused(400, "time.unreadable", "/initialRecordTime");
        (await system.Say("/queries/none/subscriptions", $$"""{"dest":"{{dest}}","stream":true}""")).ShouldBeRefused(404, "query.noSuchName", "");
        var (_, problem) = await system.Say(At, "{}");
        problem.GetProperty("type").GetString().ShouldBe("epcisException:SubscriptionControlsException");
        var made = await Subscribe(system, "moves", receiver.Address, "\"stream\":true");
        (await system.Ask(At)).Body.GetArrayLength().ShouldBe(1);
        (await other.Ask(At)).Body.GetArrayLength().ShouldBe(0);
        (await other.Ask(Address("moves", made))).ShouldBeRefused(404, "subscription.none", "");
        (await other.DeleteAsync(Address("moves", made), Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await system.DeleteAsync("/queries/moves", Stop)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await using var command = house.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().CreateCommand("select count(*) from subscriber");
        (await command.ExecuteScalarAsync(Stop)).ShouldBe(0L);
    }

    // ---- how the tests speak

    private static Action<WebApplicationBuilder> Near(int attempts = 20) => builder =>
    {
        builder.Services.AddSingleton(new Reach([Loopback]));
        builder.Services.AddSingleton(new Patience(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), attempts));
    };

    // Delivers nothing near, so that somebody else does; nor is anything tried here.
    private static Action<WebApplicationBuilder> Far() => builder =>
    {
        var couriers = builder.Services.Where(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService) && s.ImplementationFactory?.Method.ReturnType == typeof(Courier)).ToList();
        couriers.ForEach(c => builder.Services.Remove(c));
    };

    private static async Task Insert(House house, string query, Uri dest)
    {
        var subscribers = house.Services.GetRequiredService<Subscribers>();
        await subscribers.Add(query, new Clew.Server.Access.Caller("system:test-integrator", "integrator", null), dest, Subscribers.NewSecret(), null, ifEmpty: false, 0, Courier.BatchMax, Stop);
    }

    private static Process Serve(string connectionString) => Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Clew.Server"), ["serve", "--database", connectionString, "--urls", "http://127.0.0.1:0", "--reach", "127.0.0.0/8"])
    {
        RedirectStandardOutput = true,
    })!;

    private static async Task Save(HttpClient client, string name) =>
        (await client.Say("/queries", $$"""{"name":"{{name}}","query":{"EQ_bizStep":["storing"] } }""")).Status.ShouldBe(201);

    private static async Task<JsonElement> Subscribe(HttpClient client, string query, Uri dest, string more)
    {
        var (status, body) = await client.Say($"/queries/{query}/subscriptions", $$"""{"dest":"{{dest}}",{{more}}}""");
        status.ShouldBe(201, body.ToString());
        return body;
    }

    private static string Address(string query, JsonElement made) => $"/queries/{query}/subscriptions/{made.GetProperty("subscriptionID").GetString()}";

    // How it stands, as soon as it stands so.
    private static async Task<JsonElement> Stands(HttpClient client, string query, JsonElement made, Func<JsonElement, bool> isSo)
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(60);)
        {
            var (_, body) = await client.Ask(Address(query, made));
            if (isSo(body))
            {
                return body;
            }
        }

        throw new TimeoutException("It never stood so.");
    }

    private static async Task Say(HttpClient client, params string[] ids)
    {
        foreach (var id in ids)
        {
            var (status, body) = await client.Say("/capture", Fact("moved", id));
            status.ShouldBe(201, body.ToString());
        }
    }

    private static string Fact(string kind, string id) => $$"""{"kind":"{{kind}}","id":"{{Id(id)}}","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016"}""";

    private static string Id(string id) => "urn:test:" + id;

    private static async Task<WebSocket> Connect(House house, HttpClient client, string path)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", client.DefaultRequestHeaders.Authorization!.ToString());
        await socket.ConnectAsync(new Uri(house.Address.ToString().Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + path), Stop);
        return socket;
    }

    private static async Task<JsonElement> Hear(WebSocket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var whole = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            read.MessageType.ShouldBe(WebSocketMessageType.Text);
            whole.Write(buffer, 0, read.Count);
            if (read.EndOfMessage)
            {
                return JsonDocument.Parse(whole.ToArray()).RootElement;
            }
        }
    }

    private static List<string> Ids(JsonElement document) => [.. document.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList").EnumerateArray().Select(e => e.GetProperty("eventID").GetString()!)];
}
