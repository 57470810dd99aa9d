using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Clew.Identification;
using Clew.MasterData;
using Clew.Server.Identification;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Identification;

/// <summary>Records of regulators' databases: taken in over HTTP, kept, and shown where a code names their product.</summary>
public sealed class RegulatorsRecords(Ground ground)
{
    private const string Nmpa = """
        <udid version="1.0"><devices>
          <device><zxxsdycpbs>06901234567892</zxxsdycpbs><cpbsbmtxmc>GS1</cpbsbmtxmc><cpmctymc>输液泵</cpmctymc><ggxh>CP-100</ggxh><ylqxzcrbarmc>华阳医疗</ylqxzcrbarmc><zczbhhzbapzbh>国械注准20260001</zczbhhzbapzbh>
            <scbssfbhph>是</scbssfbhph><scbssfbhxlh>是</scbssfbhxlh><scbssfbhsxrq>否</scbssfbhsxrq>
            <packingList><packing><bzcpbs>16901234567899</bzcpbs><bznhxyjcpbssl>12</bznhxyjcpbssl></packing></packingList>
            <versionNumber>2</versionNumber><versionTime>2026-03-01</versionTime><deviceRecordKey>K1</deviceRecordKey></device>
          <device><zxxsdycpbs>MA.156.M0.100204.13351764</zxxsdycpbs><cpbsbmtxmc>MA码（IDcode）</cpbsbmtxmc><cpmctymc>导管</cpmctymc><tsrq>2026-05-01</tsrq><deviceRecordKey>K2</deviceRecordKey></device>
          <device><zxxsdycpbs>what</zxxsdycpbs><cpbsbmtxmc>GS1</cpbsbmtxmc><deviceRecordKey>K3</deviceRecordKey></device>
        </devices></udid>
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_regulator_says_of_a_product_is_shown_for_every_code_that_names_it()
    {
        await using var house = await House.Open(ground);
        using var steward = await house.As("masterDataSteward");
        using var reader = await house.As("hospital", "gs1:417/6901234000047", language: "zh");
        var (status, body) = await Send(steward, "nmpa", Nmpa, "application/xml", "release.xml");
        status.ShouldBe(201, body.ToString());
        (body.GetProperty("records").GetInt32(), body.GetProperty("kept").GetInt32()).ShouldBe((2, 2));
        var left = body.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem();
        (left.GetProperty("code").GetString(), left.GetProperty("path").GetString()).ShouldBe(("regulator.noDevice", "/2"));
        left.GetProperty("what").GetString()!.ShouldContain("what");

        // The very bytes are kept.
        (await reader.GetStringAsync(new Uri(body.GetProperty("file").GetString()!, UriKind.Relative), Stop)).ShouldBe(Nmpa);
        (await steward.Ask("/regulators")).Body.GetProperty("regulators").EnumerateArray().Single(r => r.GetProperty("regulator").GetString() == "nmpa").GetProperty("records").GetInt64().ShouldBe(2);

        var answers = (await reader.Say("/identify", """{"inputs":["(01)06901234567892(10)L1(21)P1","(01)06901234567892(21)P1","(01)16901234567899","MA.156.M0.100204.13351764.SX1","(01)06901234567892","(01)09520123456788"]}""")).Body.GetProperty("answers").EnumerateArray().Select(a => a.GetProperty("regulator")).ToList();
        var unit = answers[0].GetProperty("records").EnumerateArray().ShouldHaveSingleItem();
        (unit.GetProperty("regulator").GetString(), unit.GetProperty("record").GetString(), unit.GetProperty("version").GetInt32(), unit.GetProperty("versionDate").GetString(), unit.GetProperty("as").GetString()).ShouldBe(("nmpa", "K1", 2, "2026-03-01", "primary"));
        unit.GetProperty("fields").GetProperty("registration").GetString().ShouldBe("国械注准20260001");
        answers[0].GetProperty("text").GetString().ShouldBe("国家药监局医疗器械唯一标识数据库: 输液泵 · CP-100 · 华阳医疗 · 国械注准20260001 (产品本身).");
        answers[0].GetProperty("remarks").GetArrayLength().ShouldBe(0);

        // The record says that the label carries a lot; this code carries a serial alone. The bare product may have both in the symbol beside it.
        answers[1].GetProperty("remarks")[0].GetProperty("code").GetString().ShouldBe("regulator.notOnLabel");
        answers[1].GetProperty("remarks")[0].GetProperty("what").GetString()!.ShouldContain("标签含批号");
        answers[4].GetProperty("remarks").GetArrayLength().ShouldBe(0);

        // A package names the record of what is in it.
        (answers[2].GetProperty("records")[0].GetProperty("as").GetString(), answers[2].GetProperty("records")[0].GetProperty("quantity").GetInt32()).ShouldBe(("package", 12));
        answers[3].GetProperty("remarks")[0].GetProperty("code").GetString().ShouldBe("regulator.discontinued");
        (answers[5].GetProperty("records").GetArrayLength(), answers[5].GetProperty("text").GetString()!).ShouldBe((0, "尚未导入其监管机构记录。"));
    }

    [Fact]
    public async Task The_newest_version_stays_whatever_comes_later()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        async Task<string?> Model() => (await system.Say("/identify", """{"inputs":["(01)06901234567892"]}""")).Body.GetProperty("answers")[0].GetProperty("regulator").GetProperty("records")[0].GetProperty("fields").GetProperty("model").GetString();
        static string Table(string model, string date) => $"Device|agency|Model|versionDate|recordKey|package\n06901234567892|GS1|\"{model}\"|{date}|K1|16901234567899\n";
        (await Send(system, "gudid", Table("B|2", "2026-02-01"), "text/csv")).Status.ShouldBe(201);
        (await Model()).ShouldBe("B|2");
        (await Send(system, "gudid", Table("A", "2026-01-01"), "text/csv")).Body.GetProperty("kept").GetInt32().ShouldBe(0);
        (await Model()).ShouldBe("B|2");
        var json = """{"devices":[{"recordKey":"K1","device":"6901234567892","model":"C","versionDate":"2026-03-01","packaging":[{"package":"26901234567896","quantity":4}]},{"recordKey":"K1","device":"6901234567892","model":"old","versionDate":"2025-03-01"}]}""";
        (await Send(system, "gudid", json, "application/json")).Body.GetProperty("kept").GetInt32().ShouldBe(1);
        (await Model()).ShouldBe("C");

        // What the record no longer names, it no longer speaks of.
        var packages = (await system.Say("/identify", """{"inputs":["(01)16901234567899","(01)26901234567896"]}""")).Body.GetProperty("answers");
        packages[0].GetProperty("regulator").GetProperty("records").GetArrayLength().ShouldBe(0);
        packages[1].GetProperty("regulator").GetProperty("records")[0].GetProperty("quantity").GetInt32().ShouldBe(4);

        // Another database's record of the same product stands beside it.
        (await Send(system, "eudamed", """[{"FLD-UDID-178":"06901234567892","FLD-UDID-16":"IIb"}]""", "application/json")).Status.ShouldBe(201);
        (await system.Say("/identify", """{"inputs":["(01)06901234567892"]}""")).Body.GetProperty("answers")[0].GetProperty("regulator").GetProperty("records").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void The_published_files_are_read()
    {
        Assert.SkipWhen(Vectors.Folder is null, "skipped: ../shared/data/udi is not beside this checkout");
        var gudid = RegulatorFile.Read(Regulator.Find("gudid")!, "application/xml", File.ReadAllBytes(Path.Combine(Vectors.Folder!.FullName, "gudid-sample.xml")));
        gudid.Findings.ShouldBeEmpty();
        var fda = gudid.Records.ShouldHaveSingleItem();
        (fda.Key, fda.Version, fda.VersionDate).ShouldBe(("33e1d2ec-8555-43d0-8421-b208e7185d06", 1, new DateOnly(2017, 12, 19)));
        (fda.Fields["brand"], fda.Fields["manufacturer"], fda.Fields["lotOnLabel"], fda.Fields["serialOnLabel"]).ShouldBe(("CS2 Acet. Cup Sys. - VitalitE", "CONSENSUS ORTHOPEDICS, INC.", "true", "false"));
        fda.Fields["registration"].ShouldBe("K094035; P950002");
        fda.Devices.Select(d => $"{d.Role} {d.Device.Text} {d.Quantity}").ShouldBe(["Primary gs1:01/00844588018923 ", "Package gs1:01/00844868017264 25"]);
        fda.Remarks(Udi.Read("(01)00844588018923(21)X", new UdiOptions { Today = new DateOnly(2026, 11, 25) })).Select(f => f.Arguments[1]).ShouldBe(["Lot on the label", "Date of expiry on the label"]);

        var nmpa = RegulatorFile.Read(Regulator.Find("nmpa")!, "text/xml", File.ReadAllBytes(Path.Combine(Vectors.Folder.FullName, "nmpa-udid-sample.xml")));
        nmpa.Findings.ShouldBeEmpty();
        var china = nmpa.Records.ShouldHaveSingleItem();
        (china.Fields["name"], china.Fields["registration"], china.Fields["model"]).ShouldBe(("一次性使用采样器", "国械注准20260000000", "KPCJ12"));
        china.Devices.Select(d => $"{d.Role} {d.Device.Text} {d.Quantity}").ShouldBe(["Primary gs1:01/06942221705071 ", "Package gs1:01/26942221705075 10"]);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_said()
    {
        await using var house = await House.Open(ground);
        using var steward = await house.As("masterDataSteward");
        (await Send(steward, "anvisa", Nmpa, "application/xml")).ShouldBeRefused(404, "regulator.unknown", "");
        (await Send(steward, "nmpa", "<udid><devices><device>", "application/xml")).ShouldBeRefused(422, "regulator.unreadable", "");
        (await Send(steward, "nmpa", "<!DOCTYPE x [<!ENTITY a \"b\">]><udid><device><cpmctymc>&a;</cpmctymc></device></udid>", "application/xml")).ShouldBeRefused(422, "regulator.unreadable", "");
        (await Send(steward, "nmpa", "[{]", "application/json")).ShouldBeRefused(422, "regulator.unreadable", "");
        (await Send(steward, "nmpa", "a,b\n1,2\n", "text/csv")).ShouldBeRefused(422, "regulator.none", "");
        (await Send(steward, "nmpa", "", "text/csv")).ShouldBeRefused(422, "regulator.none", "");
        using var reader = await house.As("auditor");
        (await Send(reader, "nmpa", Nmpa, "application/xml")).Status.ShouldBe(403);
    }

    private static async Task<(int Status, JsonElement Body)> Send(HttpClient client, string regulator, string text, string mediaType, string name = "file")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var response = await client.PostAsync(new Uri($"/regulators/{regulator}?name={name}", UriKind.Relative), content, Stop);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop)).RootElement);
    }
}
