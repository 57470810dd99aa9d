using System.Text;
using System.Text.Json;
using Clew.Epcis;
using Clew.Server.Integration.Epcis;

namespace Clew.Tests.Epcis;

public sealed class CommandLine : IDisposable
{
    private const string Good = """
        {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ext":"https://example.org/ext/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T09:00:00Z","epcisBody":{"eventList":[
          {"type":"ObjectEvent","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"shipping","epcList":["urn:epc:id:sgtin:6901234.056789.A1"],"ext:driver":"Zhao","ext:load":{"ext:kg":12.50,"ext:box":["A","B"]}}]}}
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("clew-epcis-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Check_writes_one_object_a_file_with_all_findings_and_where_they_are()
    {
        var files = (string[])[Write("good.json", Good), Write("bad.json", Good.Replace("OBSERVE", "SEE", StringComparison.Ordinal).Replace("+08:00", "8", StringComparison.Ordinal)), Write("bad.xml", "<a/>")];
        using var output = new MemoryStream();
        (await EpcisCommands.Check(files, output, TestContext.Current.CancellationToken)).ShouldBe(1);
        var lines = Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        lines.Select(l => (l.GetProperty("file").GetString(), l.GetProperty("valid").GetBoolean(), l.GetProperty("events").GetInt32())).ShouldBe([(files[0], true, 1), (files[1], false, 1), (files[2], false, 0)]);
        lines[1].GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("position").GetString()).ShouldBe(["/epcisBody/eventList/0/eventTimeZoneOffset", "/epcisBody/eventList/0/action"]);
        lines[2].GetProperty("findings").EnumerateArray().Single().GetProperty("code").GetString().ShouldBe("epcis.document");
    }

    [Fact]
    public async Task Hash_and_convert_agree_in_every_form()
    {
        var ct = TestContext.Current.CancellationToken;
        var from = Write("a.json", Good);
        var hash = await Hash(from);
        hash.ShouldStartWith("ni:///sha-256;");
        hash.TrimEnd().ShouldEndWith("?ver=CBV2.0");
        foreach (var to in (string[])["xml", "xml12", "json"])
        {
            using var output = new MemoryStream();
            (await EpcisCommands.Convert(from, to, output, ct)).ShouldBe(0);
            var other = Write("a." + to, Encoding.UTF8.GetString(output.ToArray()));
            (await Hash(other)).ShouldBe(hash);
            EpcisReader.ReadAll(await File.ReadAllBytesAsync(other, ct)).IsValid.ShouldBeTrue();
            from = other;
        }

        async Task<string> Hash(string file)
        {
            var text = new StringWriter();
            (await EpcisCommands.Hash([file], text, ct)).ShouldBe(0);
            return text.ToString();
        }
    }

    [Theory]
    [InlineData("""{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"ObjectEvent","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"],"ext:a":"x\u0000"}""", "epcis.text /ext:a")]
    [InlineData("""{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"ObjectEvent","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["\ud800"]}""", "epcis.text ")]
    [InlineData("""{"type":"ObjectEvent","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":[]}""", "epcis.missing /@context")]
    [InlineData("""<!DOCTYPE a [<!ENTITY e "x">]><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-01-01T00:00:00Z"><EPCISBody><EventList><ObjectEvent><eventTime>&e;</eventTime></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>""", "xml.syntax 1:195")]
    public void What_must_not_come_in_is_said(string document, string expected) =>
        EpcisReader.ReadAll(Encoding.UTF8.GetBytes(document)).Findings.Select(f => $"{f.Code} {f.Path}").ShouldContain(expected);

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
