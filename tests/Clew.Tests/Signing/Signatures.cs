using System.Net;
using System.Text.RegularExpressions;
using Clew.Access;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Signing;
using Clew.Tests.Access;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Clew.Tests.Signing;

/// <summary>Electronic signatures (21 CFR Part 11), over HTTP as a browser sends them.</summary>
public sealed partial class Signatures(Ground ground)
{
    private const string Password = "a quiet river at night";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_signature_of_a_session_takes_all_components_and_later_ones_the_password()
    {
        await using var house = await Told();
        using var visitor = await SignedIn(house, "li.na");
        var entry = await Entry(house, "productionCompleted");
        var page = $"/sign?entry={entry}&to=/devices";
        async Task<(HttpStatusCode Status, string Text, string? To)> Sign(string meaning, string name, string password, string comment = "")
        {
            var seen = Seen().Matches((await visitor.Look(page)).Text).Select(m => ("seen", WebUtility.HtmlDecode(m.Groups["value"].Value)));
            return await visitor.Send(page, "sign", [("meaning", meaning), ("name", name), ("password", password), ("comment", comment), .. seen]);
        }

        (await visitor.Look(page)).Text.ShouldContain("name=\"name\"");
        (await Sign("approval", "", Password)).Text.ShouldContain("are not yours");
        (await Sign("approval", "zhang.wei", Password)).Text.ShouldContain("are not yours");
        (await Sign("approval", "li.na", "not the password")).Text.ShouldContain("are not yours");
        (await Sign("authorship", "li.na", Password)).Text.ShouldContain("only they can sign so");
        (await Sign("rejection", "li.na", Password)).Text.ShouldContain("needs a comment");
        (await Sign("forgery", "li.na", Password)).Text.ShouldContain("needs a meaning");
        (await Under(house, entry)).ShouldBeEmpty();
        (await Sign("approval", "li.na", Password, "batch record complete")).To!.ShouldEndWith("/devices");
        (await visitor.Look(page)).Text.ShouldNotContain("name=\"name\"");
        (await Sign("review", "", "not the password")).Text.ShouldContain("are not yours");
        (await Sign("review", "", Password)).To.ShouldNotBeNull();
        var made = await Under(house, entry);
        made.Select(m => (m.Meaning.Word, m.Signer, m.By, m.Comment, m.IsGood)).ShouldBe([("approval", "Li Na 李娜", "user:li.na", "batch record complete", true), ("review", "Li Na 李娜", "user:li.na", null, true)]);

        // Name, time and meaning stand with the record where it is shown.
        var device = (await visitor.Look("/devices/gs1:01/06901234567892/21/P1")).Text;
        foreach (var shown in new[] { "Li Na", "Approval", "batch record complete", made[0].At.AsDateTimeOffset().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) })
        {
            WebUtility.HtmlDecode(device).ShouldContain(shown);
        }

        // Another session begins anew.
        using var again = await SignedIn(house, "li.na");
        (await again.Look(page)).Text.ShouldContain("name=\"name\"");
        (await Rebuild.Check(house.Services.GetRequiredService<NpgsqlDataSource>(), null, Stop)).Difference.ShouldBeNull();
    }

    [Fact]
    public async Task A_signature_is_void_when_one_byte_of_what_it_signs_differs_and_nothing_is_signed_unread()
    {
        await using var house = await Told();
        using var visitor = await SignedIn(house, "li.na");
        var (one, two) = (await Entry(house, "productionCompleted"), await Entry(house, "productReleased"));
        var page = $"/sign?entry={one}&entry={two}";
        var seen = Seen().Matches((await visitor.Look(page)).Text).Select(m => ("seen", WebUtility.HtmlDecode(m.Groups["value"].Value))).ToArray();
        seen.Length.ShouldBe(2);
        (string, string)[] components = [("meaning", "verification"), ("name", "li.na"), ("password", Password)];
        (await visitor.Send(page, "sign", [.. components, seen[1], seen[0]])).Text.ShouldContain("not those that you have read");
        (await visitor.Send(page, "sign", [.. components, seen[0]])).Text.ShouldContain("not those that you have read");
        (await visitor.Send(page, "sign", [.. components, .. seen])).Status.ShouldBe(HttpStatusCode.Found);
        (await Under(house, one)).Concat(await Under(house, two)).Select(m => m.IsGood).ShouldBe([true, true]);

        // Somebody who may do everything in the database changes one byte.
        await using var command = house.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("update entry set body = set_byte(body, length(body) - 20, get_byte(body, length(body) - 20) # 1) where position = $1");
        command.Parameters.Add(new() { Value = two });
        (await command.ExecuteNonQueryAsync(Stop)).ShouldBe(1);
        (await Under(house, one)).ShouldHaveSingleItem().IsGood.ShouldBeTrue();
        (await Under(house, two)).ShouldHaveSingleItem().IsGood.ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_signs_in_anothers_name_by_a_document_a_key_or_as_administrator()
    {
        await using var house = await Told();
        using var system = await house.As("qualityManager");
        var fact = """[{"kind":"signed","id":"s1","happened":"2026-02-03T08:00:00+08:00","details":{"meaning":"approval","records":[{"leaf":"AAAA","position":"1"}],"signer":"Li Na"}}]""";
        (await system.Say("/capture", fact)).ShouldBeRefused(422, "access.mayNotSay", "/0/kind");
        var entry = await Entry(house, "productionCompleted");
        (await system.Ask($"/sign?entry={entry}")).Status.ShouldBe(200);

        // Nor does signing show who came in.
        using var visitor = await SignedIn(house, "li.na");
        (await visitor.Look($"/sign?entry={await Entry(house, "signedIn")}")).Text.ShouldContain("nothing to sign");
        using var admin = await SignedIn(house, "admin");
        (await admin.Look($"/sign?entry={entry}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await Under(house, entry)).ShouldBeEmpty();
    }

    [Fact]
    public void Meanings_are_those_of_the_regulation_each_with_its_statement_in_both_languages()
    {
        Meanings.All.Select(m => m.Word).ShouldBe(["authorship", "execution", "verification", "review", "approval", "release", "responsibility", "rejection", "witness", "acknowledgement", "correction"]);
        foreach (var meaning in Meanings.All)
        {
            meaning.StatementEn.ShouldStartWith("I ");
            meaning.StatementZh.ShouldStartWith("本人");
        }

        var signature = new Signature(Meanings.Find("review")!, "Li Na 李娜", [(3, [1, 2, 3]), (long.MaxValue, new byte[32])]);
        var read = Signature.Read(new Clew.Facts.Fact { Kind = Clew.Facts.Vocabulary.Signed, Id = "x", Happened = default, Details = signature.ToDetails() })!;
        (read.Meaning, read.Signer).ShouldBe((signature.Meaning, signature.Signer));
        read.Records.Select(r => (r.Position, Convert.ToHexString(r.Leaf))).ShouldBe(signature.Records.Select(r => (r.Position, Convert.ToHexString(r.Leaf))));
        Signature.Read(new Clew.Facts.Fact { Kind = Clew.Facts.Vocabulary.Signed, Id = "x", Happened = default, Details = "{\"meaning\":3,\"records\":[1],\"signer\":\"x\"}"u8.ToArray() }).ShouldBeNull();
    }

    private async Task<House> Told()
    {
        var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", """
            [{"kind":"productionCompleted","id":"m1","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016"},
             {"kind":"productReleased","id":"m2","happened":"2026-02-04T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016"}]
            """)).Status.ShouldBe(201);
        var people = house.Services.GetRequiredService<People>();
        await people.Put(new Person("li.na", "Li Na", "李娜", "qualityManager", null), Password, Stop);
        await people.Put(new Person("admin", "Administrator", "管理员", "administrator", null), Password, Stop);
        return house;
    }

    private static async Task<Visitor> SignedIn(House house, string name)
    {
        var visitor = new Visitor(house);
        (await visitor.SignIn(name, Password)).ShouldNotBeNull();
        return visitor;
    }

    private static async Task<long> Entry(House house, string kind)
    {
        await using var command = house.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select position from entry where encode(body, 'escape') like '%\"' || $1 || '\"%' order by position limit 1");
        command.Parameters.Add(new() { Value = kind });
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private static async Task<List<MadeSignature>> Under(House house, long entry) => [.. (await house.Services.GetRequiredService<SignDesk>().Under([entry], Stop))[entry]];

    [GeneratedRegex("name=\"seen\" value=\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Seen();
}
