using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Clew.Access;
using Clew.Server.Access;
using Clew.Server.Storage;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Clew.Tests.Access;

/// <summary>People and systems that come in, stay out and change what they come in with, over HTTP.</summary>
public sealed partial class Accounts(Ground ground)
{
    private const string Password = "a quiet river at night";
    private const string Wrong = "do not belong together";

    private static readonly Caller Boss = new("user:boss", "administrator", null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_app_that_the_tests_use_computes_what_the_standard_says()
    {
        // RFC 6238, appendix B, the last six of its eight digits.
        var secret = Encoding.ASCII.GetBytes("12345678901234567890");
        foreach (var (time, code) in new[] { (59L, "287082"), (1111111109L, "081804"), (1111111111L, "050471"), (1234567890L, "005924"), (2000000000L, "279037"), (20000000000L, "353130") })
        {
            Otp.Code(secret, time / 30).ShouldBe(code);
        }
    }

    [Fact]
    public async Task Somebody_new_sets_a_password_by_a_link_that_is_good_once()
    {
        await using var house = await House.Open(ground);
        var link = await Added(house, "wu.lei", "serviceEngineer");
        using var visitor = new Visitor(house);
        (await visitor.SignIn("wu.lei", Password)).ShouldBeNull("there is no password yet");
        (await visitor.Send(link, "password", ("password", "short"), ("again", "short"))).Text.ShouldContain("fewer than 12");
        (await visitor.Send(link, "password", ("password", "wu.leiwu.leiwu.lei"), ("again", "wu.leiwu.leiwu.lei"))).Text.ShouldContain("easy to guess");
        (await visitor.Send(link, "password", ("password", Password), ("again", Password + "!"))).Text.ShouldContain("differ");
        (await visitor.Look("/account")).Status.ShouldBe(HttpStatusCode.Found, "not in yet");
        (await visitor.Send(link, "password", ("password", Password), ("again", Password))).To!.ShouldEndWith("/account");
        (await visitor.Look("/account")).Text.ShouldContain("wu.lei");
        (await visitor.Look(link)).Status.ShouldBe(HttpStatusCode.NotFound);
        using var thief = new Visitor(house);
        (await thief.Look(link)).Text.ShouldContain("good no longer");
        (await thief.Send("/sign-in", "sign-in", ("name", "WU.LEI"), ("password", Password))).To.ShouldNotBeNull("names are the same however they are capitalised");

        // What came of it stands in the ledger, with who, where and why; none of the secrets does.
        (await Told(house)).ShouldBe(["signInFailed system:clew password", "accessChanged user:boss personAdded", "signedIn user:wu.lei link", "signedIn user:wu.lei password"], ignoreOrder: true);
        (await Ledger(house)).ShouldNotContain(Password);
        (await Ledger(house)).ShouldNotContain(link.Split('/')[^1]);
        (await Ledger(house)).ShouldContain("joins the service team");
    }

    [Fact]
    public async Task Guessing_closes_the_account_and_every_refusal_looks_alike()
    {
        await using var house = await House.Open(ground);
        await house.Services.GetRequiredService<People>().Put(new Person("li.na", "Li Na", "李娜", "qualityManager", null), Password, Stop);
        await house.Services.GetRequiredService<People>().Put(new Person("gone", "Gone", "离职", "qualityManager", null), Password, Stop);
        await house.Services.GetRequiredService<People>().Change("gone", "qualityManager", null, true, DateTimeOffset.UtcNow, Stop);
        using var visitor = new Visitor(house);
        async Task<string> Try(string name, string password) => Token().Replace((await visitor.Send("/sign-in", "sign-in", ("name", name), ("password", password))).Text, "").Replace(name, "NAME", StringComparison.Ordinal);
        var nobody = await Try("nobody", Password);
        nobody.ShouldContain(Wrong);
        (await Try("gone", Password)).ShouldBe(nobody);
        var guesses = await Task.WhenAll(Enumerable.Range(0, Door.FailuresMax + 2).Select(async i =>
        {
            using var guesser = new Visitor(house);
            return (await guesser.Send("/sign-in", "sign-in", ("name", "li.na"), ("password", "guess " + i))).To;
        }));
        guesses.ShouldAllBe(to => to == null);
        (await Try("li.na", Password)).ShouldBe(nobody, "the right password comes too late");
        (await Told(house)).Count(t => t == "signInFailed system:clew password").ShouldBe(Door.FailuresMax + 5);

        // A quarter of an hour later.
        await Do(house, "update person set locked_until = now() - interval '1 second' where name = 'li.na'");
        (await visitor.SignIn("li.na", Password)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_each_code_is_good_once()
    {
        await using var house = await House.Open(ground);
        await house.Services.GetRequiredService<People>().Put(new Person("li.na", "Li Na", "李娜", "qualityManager", null), Password, Stop);
        using var visitor = new Visitor(house);
        await visitor.SignIn("li.na", Password);
        var key = Key().Match((await visitor.Look("/account")).Text).Groups["value"].Value;
        (await visitor.Send("/account", "otpOn", ("code", "000000"))).Text.ShouldContain("not right");
        var on = await visitor.Send("/account", "otpOn", ("code", Otp.Code(key, -1)));
        var codes = WebUtility.HtmlDecode(Codes().Match(on.Text).Groups["value"].Value).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        codes.Length.ShouldBe(10);
        (await Do(house, "select otp_key || array_to_string(recovery, ' ') from person")).ShouldNotContain(key.Replace(" ", "", StringComparison.Ordinal));
        (await Do(house, "select array_to_string(recovery, ' ') from person")).ShouldNotContain(codes[0]);

        // The password alone opens nothing, not even in the browser that typed it.
        using var second = new Visitor(house);
        (await second.SignIn("li.na", Password))!.ShouldContain("/sign-in/code");
        (await second.Look("/account")).Status.ShouldBe(HttpStatusCode.Found);
        (await second.Send("/sign-in/code", "code", ("code", "123456"))).Text.ShouldContain("not right");
        var code = Otp.Code(key);
        (await second.Send("/sign-in/code", "code", ("code", code))).To.ShouldNotBeNull();
        (await second.Look("/account")).Status.ShouldBe(HttpStatusCode.OK);

        // Somebody looked over the shoulder: the code was used.
        using var third = new Visitor(house);
        await third.SignIn("li.na", Password);
        (await third.Send("/sign-in/code", "code", ("code", code))).Text.ShouldContain("not right");
        (await third.Send("/sign-in/code", "code", ("code", codes[3]))).To.ShouldNotBeNull();
        using var fourth = new Visitor(house);
        await fourth.SignIn("li.na", Password);
        (await fourth.Send("/sign-in/code", "code", ("code", codes[3]))).Text.ShouldContain("not right");
        using var straight = new Visitor(house);
        (await straight.Send("/sign-in/code", "code", ("code", codes[4]))).To!.ShouldEndWith("/sign-in");

        // Nor is the one before the last good again.
        using var fifth = new Visitor(house);
        await fifth.SignIn("li.na", Password);
        (await fifth.Send("/sign-in/code", "code", ("code", Otp.Code(key, 1)))).To.ShouldNotBeNull();
        using var sixth = new Visitor(house);
        await sixth.SignIn("li.na", Password);
        (await sixth.Send("/sign-in/code", "code", ("code", code))).Text.ShouldContain("not right");

        // Away again only with the password.
        (await second.Send("/account", "otpOff", ("present", "not the password"))).Text.ShouldContain("not your present");
        (await second.Send("/account", "otpOff", ("present", Password))).Status.ShouldBe(HttpStatusCode.OK);
        (await new Visitor(house).SignIn("li.na", Password))!.ShouldNotContain("code");
        (await Ledger(house)).ShouldNotContain(codes[3]);
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_a_person_kept_out_is_out_at_once_on_every_server()
    {
        var (source, text) = await ground.NewDatabase();
        await using var house = await House.Open(source);
        await using var other = await House.Open(await Database.Open(text, Stop));
        await house.Services.GetRequiredService<People>().Put(new Person("li.na", "Li Na", "李娜", "qualityManager", null), Password, Stop);
        using var here = new Visitor(house);
        using var elsewhere = new Visitor(other);
        await here.SignIn("li.na", Password);
        await elsewhere.SignIn("li.na", Password);
        (await elsewhere.Look("/recalls")).Status.ShouldBe(HttpStatusCode.OK);
        (await here.Send("/account", "password", ("present", Password), ("password", "another quiet river"), ("again", "another quiet river"))).Status.ShouldBe(HttpStatusCode.OK);
        (await here.Look("/recalls")).Status.ShouldBe(HttpStatusCode.OK);
        (await elsewhere.Look("/recalls")).Status.ShouldBe(HttpStatusCode.Found);
        (await elsewhere.SignIn("li.na", Password)).ShouldBeNull();
        (await elsewhere.SignIn("li.na", "another quiet river")).ShouldNotBeNull();

        // Another role counts with the next request; nobody signs in again for it.
        var desk = house.Services.GetRequiredService<AccessDesk>();
        (await desk.Change(Boss, "li.na", "warehouseOperator", null, false, "moved to the warehouse", "", Stop)).ShouldBeEmpty();
        (await elsewhere.Look("/recalls")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await desk.Change(Boss, "li.na", "warehouseOperator", null, true, "left the company", "", Stop)).ShouldBeEmpty();
        (await elsewhere.Look("/")).Status.ShouldBe(HttpStatusCode.Found);
        (await here.Look("/")).Status.ShouldBe(HttpStatusCode.Found);
        (await here.SignIn("li.na", "another quiet river")).ShouldBeNull();
        (await Told(house)).ShouldContain("accessChanged user:boss personDisabled");
    }

    [Fact]
    public async Task Signing_out_takes_the_cookie_away_from_whoever_copied_it()
    {
        await using var house = await House.Open(ground);
        await house.Services.GetRequiredService<People>().Put(new Person("li.na", "Li Na", "李娜", "qualityManager", null), Password, Stop);
        using var visitor = new Visitor(house);
        await visitor.SignIn("li.na", Password);
        var stolen = visitor.Cookies.First(c => c.Name == "clew");
        stolen.HttpOnly.ShouldBeTrue();
        using var thief = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = house.Address };
        thief.DefaultRequestHeaders.Add("Cookie", $"clew={stolen.Value}");
        (await thief.GetAsync(new Uri("/devices?text=x", UriKind.Relative), Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await visitor.SignOut()).ShouldBe(HttpStatusCode.Found);
        (await thief.GetAsync(new Uri("/devices?text=x", UriKind.Relative), Stop)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Rights_are_given_with_a_reason_by_somebody_else_and_never_away_from_the_last_administrator()
    {
        await using var house = await House.Open(ground);
        var desk = house.Services.GetRequiredService<AccessDesk>();
        async Task<string?> Add(string name, string role, string? party, string reason = "new") =>
            (await desk.Add(Boss, new Person(name, name, name, role, party), reason, "", Stop)) is { IsRead: false } wrong ? string.Join(' ', wrong.Findings.Select(f => f.Code)) : null;
        (await Add("Li Na", "auditor", null)).ShouldBe("access.name");
        (await Add("li.na", "king", null, "")).ShouldBe("access.role access.reason");
        (await Add("li.na", "hospital", null)).ShouldBe("access.party");
        (await Add("li.na", "auditor", "the office")).ShouldBe("access.party");
        (await Add("boss", "administrator", null)).ShouldBeNull();
        (await Add("boss", "auditor", null)).ShouldBe("access.taken");
        async Task<string> Change(Caller by, string name, string role, bool isOut) => string.Join(' ', (await desk.Change(by, name, role, null, isOut, "why", "", Stop)).Select(f => f.Code));
        (await Change(Boss, "boss", "auditor", false)).ShouldBe("access.oneself");
        var second = new Caller("user:second", "administrator", null);
        (await Change(second, "boss", "auditor", false)).ShouldBe("access.last");
        (await Change(second, "boss", "administrator", true)).ShouldBe("access.last");
        (await Add("second", "administrator", null)).ShouldBeNull();
        (await Change(second, "boss", "auditor", false)).ShouldBe("");
        (await Told(house)).Count.ShouldBe(3, "what was refused changed nothing");
    }

    [Fact]
    public async Task Two_administrators_who_act_in_the_same_moment_leave_one_and_add_a_name_once()
    {
        await using var house = await House.Open(ground);
        var (desk, people) = (house.Services.GetRequiredService<AccessDesk>(), house.Services.GetRequiredService<People>());
        for (var round = 0; round < 5; round++)
        {
            var (one, two) = ($"one{round}", $"two{round}");
            await Do(house, "update person set role = 'auditor'");
            await people.Put(new Person(one, one, one, "administrator", null), Password, Stop);
            await people.Put(new Person(two, two, two, "administrator", null), Password, Stop);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => desk.Change(new Caller("user:" + (i % 2 == 0 ? one : two), "administrator", null), i % 2 == 0 ? two : one, "auditor", null, false, "why", "", Stop)));
            (await people.All(Stop)).Count(p => p.Role == "administrator").ShouldBe(1);
            var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => desk.Add(Boss, new Person($"new{round}", "New", "新", i % 2 == 0 ? "auditor" : "management", null), "new", "", Stop)));
            added.Count(a => a.IsRead).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_key_is_shown_once_narrowed_exchanged_and_withdrawn()
    {
        await using var house = await House.Open(ground);
        var desk = house.Services.GetRequiredService<AccessDesk>();
        async Task<Clew.Identification.Reading<string>> Issue(IReadOnlyList<Deed>? only, int days = 30, string name = "mes-1") => await desk.IssueKey(Boss, name, "integrator", null, only, days, "line 1 goes live", "", Stop);
        (await Issue([Deed.Recall], 0, "m e s")).Findings.Select(f => f.Code).ShouldBe(["access.system", "access.days", "access.only"]);
        var all = (await Issue(null)).Value;
        var narrow = (await Issue([Deed.Look])).Value;
        async Task<int> Status(string key, bool says)
        {
            using var client = new HttpClient { BaseAddress = house.Address };
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
            return says ? (await client.Say("/capture", "[]")).Status : (await client.Ask("/devices?text=x")).Status;
        }

        (await Status(all, false), await Status(all, true)).ShouldBe((200, 422));
        (await Status(narrow, false), await Status(narrow, true)).ShouldBe((200, 403));
        var keys = house.Services.GetRequiredService<Keys>();
        var kept = await keys.All(null, Stop);
        kept.Select(k => k.LastUsedAt).ShouldAllBe(t => t != null);
        (await Do(house, "select string_agg(encode(hash, 'hex') || name, ' ') from api_key")).ShouldNotContain(all[5..]);

        // The first is withdrawn, the second goes on; an expired one is none.
        (await desk.WithdrawKey(Boss, kept.First(k => k.Only is null).Id, "exchanged", "", Stop)).ShouldBeEmpty();
        (await Status(all, false), await Status(narrow, false)).ShouldBe((401, 200));
        (await desk.WithdrawKey(Boss, kept.First(k => k.Only is null).Id, "again", "", Stop)).ShouldHaveSingleItem().Code.ShouldBe("access.unknown");
        var old = await keys.Issue("old", "integrator", null, null, DateTimeOffset.UtcNow.AddSeconds(-1), "user:boss", Stop);
        (await Status(old, false)).ShouldBe(401);
        (await Told(house)).ShouldBe(["accessChanged user:boss keyIssued", "accessChanged user:boss keyIssued", "accessChanged user:boss keyWithdrawn"]);
        (await Ledger(house)).ShouldNotContain(all);
    }

    [Fact]
    public async Task A_narrowed_key_stays_narrow_in_a_long_document()
    {
        await using var house = await House.Open(ground);
        var keys = house.Services.GetRequiredService<Keys>();
        using var client = new HttpClient { BaseAddress = house.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await keys.Issue("narrow", "qualityManager", null, [Deed.Report], null, "user:boss", Stop));
        var hold = """{"kind":"containmentHoldPlaced","id":"h","happened":"2026-02-10T08:00:00Z","case":"H1","items":["gs1:01/06901234567892/21/P1"]}""";
        var facts = string.Join(',', Enumerable.Range(0, 3_000).Select(i => $$"""{"kind":"labelVerified","id":"v{{i}}","happened":"2026-02-10T08:00:00Z","items":["gs1:01/06901234567892/21/P{{i}}"],"place":"gs1:414/6901234000016","reason":"{{new string('x', 400)}}"}"""));
        var (status, body) = await client.Say("/capture", $"[{hold},{facts}]", behaviour: "proceed");
        status.ShouldBe(202, body.ToString());
        (await client.Say("/capture", $"[{hold}]")).ShouldBeRefused(422, "access.mayNotSay", "/0/kind");
        var job = body;
        while (job.GetProperty("state").GetString() != "finished")
        {
            job = (await client.Ask("/capture/" + body.GetProperty("id").GetString())).Body;
        }

        (job.GetProperty("admitted").GetInt32(), job.GetProperty("refused").GetInt32()).ShouldBe((3_000, 1));
    }

    private static async Task<string> Added(House house, string name, string role)
    {
        var added = await house.Services.GetRequiredService<AccessDesk>().Add(Boss, new Person(name, "Wu Lei", "吴磊", role, null), "joins the service team", "10.0.0.9", Stop);
        return SignIn.LinkAddress + added.Value;
    }

    // Kind, who, and what or by which way.
    private static async Task<List<string>> Told(House house)
    {
        var told = new List<string>();
        await using var command = house.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select position, body from entry order by position");
        await using var row = await command.ExecuteReaderAsync(Stop);
        while (await row.ReadAsync(Stop))
        {
            var entry = Clew.Ledger.EntryBytes.Read(row.GetInt64(0), row.GetFieldValue<byte[]>(1));
            if (entry.Fact.Kind.Family == Clew.Facts.Family.Access)
            {
                var details = System.Text.Json.JsonDocument.Parse(entry.Fact.Details).RootElement;
                told.Add($"{entry.Fact.Kind.Word} {entry.By} {(details.TryGetProperty("what", out var what) ? what : details.GetProperty("way")).GetString()}");
            }
        }

        return told;
    }

    private static Task<string> Ledger(House house) => Do(house, "select string_agg(encode(body, 'escape'), ' ') from entry");

    private static async Task<string> Do(House house, string sql)
    {
        await using var command = house.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        return await command.ExecuteScalarAsync(Stop) as string ?? "";
    }

    [GeneratedRegex("<code class=\"id\">(?<value>[A-Z2-7 ]+)</code>", RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex("<pre class=\"id codes\">(?<value>[^<]+)</pre>", RegexOptions.NonBacktracking)]
    private static partial Regex Codes();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
