using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Clew.Labels;
using Clew.Server.Storage;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Labels;

/// <summary>Print jobs over HTTP, to a printer that hangs up in the middle.</summary>
public sealed class Printing(Ground ground)
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(999)]
    [InlineData(1)]
    [InlineData(377)]
    public async Task A_thousand_labels_come_out_once_each_though_the_printer_jams(int jamAfter)
    {
        var (source, text) = await ground.NewDatabase();
        await using var house = await House.Open(source);
        await using var other = await House.Open(await Database.Open(text, Stop));
        using var administrator = await house.As("administrator");
        using var client = await house.As("warehouseOperator");
        using var elsewhere = await other.AsSender("other", "warehouseOperator");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Server.ReceiveBufferSize = 8 * 1024;
        listener.Start();
        (await administrator.Say("/print/printers", $$"""{"name":"packing","host":"127.0.0.1","port":{{((IPEndPoint)listener.LocalEndpoint).Port}},"dotsPerMm":12,"font":"E:CJK.TTF"}""")).Status.ShouldBe(200);
        var units = Enumerable.Range(1, 1000).Select(i => $"(01)06901234567892(21)SN{i:0000}").ToList();
        var made = await client.Say("/print/jobs", JsonSerializer.Serialize(new { id = "shift 1", template = "device", printer = "packing", labels = units }));
        made.Status.ShouldBe(201, made.Body.ToString());
        (await client.Say("/print/jobs", JsonSerializer.Serialize(new { id = "shift 1", template = "device", printer = "packing", labels = units }))).Body.GetProperty("number").GetInt64().ShouldBe(1);
        (await client.Say("/print/jobs", JsonSerializer.Serialize(new { id = "shift 1", template = "device", printer = "packing", labels = units[..9] }))).ShouldBeRefused(409, "print.otherJob", "/id");

        // Everybody presses the button at once, on both servers: one of them starts it.
        var jammed = Take(listener, jamAfter);
        var presses = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? client : elsewhere).Say("/print/jobs/1/print", "{}")));
        presses.Count(p => p.Status == 202).ShouldBe(1);
        var out1 = await jammed;
        out1.Count.ShouldBe(jamAfter);
        // The last label may have left us whole, and all is sent; but a printer that tears the line in the middle has us stop.
        var stopped = await Until(client, "stopped", jamAfter == 999 ? "sent" : "stopped");
        (stopped.GetProperty("state").GetString() == "sent" || stopped.GetProperty("trouble").GetString()!.Length > 0).ShouldBeTrue();
        var sent = stopped.GetProperty("sent").GetInt32();
        sent.ShouldBeInRange(jamAfter, 1000);

        // The operator looks at the last label that came out, and says so; not to skip any, and not without a reason.
        (await client.Say("/print/jobs/1/print", "{}")).ShouldBeRefused(409, "print.fromWhich", "/from");
        (await client.Say("/print/jobs/1/print", "{\"from\":1001,\"attempt\":1}")).ShouldBeRefused(409, "print.from", "/from");
        (await client.Say("/print/jobs/1/print", $$"""{"from":{{jamAfter + 1}},"reason":"paper jam"}""")).ShouldBeRefused(409, "print.attempt", "/attempt");
        if (sent > jamAfter)
        {
            (await client.Say("/print/jobs/1/print", $$"""{"from":{{jamAfter + 1}},"attempt":1}""")).ShouldBeRefused(409, "print.reason", "/reason");
        }

        var rest = Take(listener, int.MaxValue);

        // Two operators have seen the jam, and both press twice.
        var again = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => (i % 2 == 0 ? client : elsewhere).Say("/print/jobs/1/print", $$"""{"from":{{jamAfter + 1}},"attempt":1,"reason":"paper jam"}""")));
        again.Count(p => p.Status == 202).ShouldBe(1);
        var out2 = await rest;
        var whole = await Until(client, "sent");
        (whole.GetProperty("sent").GetInt32(), whole.GetProperty("confirmed").GetInt32()).ShouldBe((1000, jamAfter));
        whole.GetProperty("reprints").EnumerateArray().Select(r => r.GetProperty("place").GetInt32()).Order().ShouldBe(Enumerable.Range(jamAfter + 1, sent - jamAfter));
        whole.GetProperty("reprints").EnumerateArray().ShouldAllBe(r => r.GetProperty("reason").GetString() == "paper jam");

        // A third comes back from lunch and goes on from what was on the screen.
        (await client.Say("/print/jobs/1/print", $$"""{"from":{{jamAfter + 1}},"attempt":1,"reason":"paper jam"}""")).ShouldBeRefused(409, "print.attempt", "/attempt");

        // What lies on the table: each label once, in order, each as the template draws it.
        var zpl = out1.Concat(out2).ToList();
        zpl.ShouldBe(units.Select(u => Label.Of(LabelTemplate.Find("device")!, u, "", "", Today).Value.ToZpl(12, "E:CJK.TTF")));
        (await client.Say("/print/jobs/1/confirm", "{\"labels\":999}")).Status.ShouldBe(409);
        (await client.Say("/print/jobs/1/confirm", "{\"labels\":1000}")).Body.GetProperty("state").GetString().ShouldBe("confirmed");
        (await client.Say("/print/jobs/1/print", "{\"from\":1,\"attempt\":2,\"reason\":\"x\"}")).ShouldBeRefused(409, "print.notNow", "");
    }

    [Fact]
    public async Task A_second_click_in_the_browser_prints_nothing_again()
    {
        await using var house = await House.Open(ground);
        using var one = await house.As("warehouseOperator");
        using var two = await house.AsSender("other", "qualityManager");
        var number = (await one.Say("/print/jobs", """{"id":"x","template":"device","labels":["(01)06901234567892(21)A1","(01)06901234567892(21)A2","(01)06901234567892(21)A3"]}""")).Body.GetProperty("number").GetInt64();
        async Task<int> Press(string body) => (await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? one : two).Say($"/print/jobs/{number}/print", body)))).Count(p => p.Status == 202);
        (await Press("{}")).ShouldBe(1);
        (await Press("""{"from":2,"attempt":1,"reason":"label 2 torn"}""")).ShouldBe(1);
        (await Press("""{"from":2,"attempt":1,"reason":"label 2 torn"}""")).ShouldBe(0);
        var job = (await one.Ask($"/print/jobs/{number}")).Body;
        (job.GetProperty("attempt").GetInt32(), job.GetProperty("confirmed").GetInt32()).ShouldBe((2, 1));
        job.GetProperty("reprints").EnumerateArray().Select(r => r.GetProperty("place").GetInt32()).Order().ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData("gs1:01/06901234567892/21/A%2F1", "010690123456789221A/1")]
    [InlineData("gs1:01/06901234567892/10/L7", "010690123456789210L7")]
    [InlineData("hibcc:A123BJC5D6E71", "+A123BJC5D6E71G")]
    [InlineData("hibcc:A123BJC5D6E71/21/S7", "+A123BJC5D6E71/$$7/SS7T")]
    [InlineData("hibcc:A123BJC5D6E71/10/10X3", "+A123BJC5D6E71/$$710X36")]
    [InlineData("iccbba:A9999XYZ100T0944/21/A999713123456.000025", "=/A9999XYZ100T0944=,000025=A99971312345600")]
    [InlineData("iccbba:A9999XYZ100T0944/10/000000000000XYZ123", "=/A9999XYZ100T0944&,1000000000000XYZ123")]
    [InlineData("ifa:110375286414/21/S1", "[)>\u001e06\u001d9N110375286414\u001dS S1\u001e\u0004")]
    [InlineData("ma:MA.156.M0.100204.13351764/21/X1", "MA.156.M0.100204.13351764.SX1")]
    public async Task Every_agencys_own_name_of_a_unit_is_printed_in_its_agencys_symbol(string identity, string carried)
    {
        var label = Label.Of(LabelTemplate.Find("case")!, identity, "泵", "Pump", Today);
        var read = label.IsRead ? label.Value : throw new InvalidOperationException(string.Join('\n', label.Findings));
        var text = read.Carrier.Symbol.Text;
        text.ShouldBe(carried.Replace("S S1", "SS1", StringComparison.Ordinal));
        (await Symbols.Decoder.DataMatrix(Symbols.PaperOf.Label(read, 12))).Trim('\u001d', '\n').ShouldBe(text);
        Clew.Identification.Identity.Read((read.Carrier.Symbol.IsGs1 ? "]d2" : "") + text).Value.Text.ShouldBe(identity);
    }

    [Theory]
    [InlineData("own:PART-7/21/1")]
    [InlineData("ahm:MF1234567890123/21/1")]
    [InlineData("hibcc:A123BJC5D6E71/21/lower")]
    [InlineData("iccbba:A9999XYZ100T0944/21/12345")]
    [InlineData("https://example.com/x")]
    public void What_no_symbol_is_defined_for_is_not_printed(string identity) =>
        Label.Of(LabelTemplate.Find("device")!, identity, "", "", Today).Findings.ShouldHaveSingleItem().Code.ShouldBe("symbol.none");

    [Fact]
    public void A_line_that_is_longer_than_the_label_goes_on_in_the_next_one()
    {
        var template = LabelTemplate.Find("device")!;
        var label = Label.Of(template, "hibcc:A123BJC5D6E71/21/ABCDEFGHIJKLMNOPQ", "", "", Today).Value;
        string.Concat(label.Lines).ShouldBe($"*{label.Carrier.Symbol.Text}*");
        label.Lines.Count.ShouldBe(2);
        Label.Of(template, "(01)06901234567892(11)260101(13)260101(15)260101(17)271231(20)01(240)A(241)B(10)L7(21)A", "泵", "Pump", Today).Findings.ShouldHaveSingleItem().Kind.ShouldBe(LabelFindings.TooManyLines);
    }

    [Fact]
    public async Task What_is_wrong_makes_no_job()
    {
        await using var house = await House.Open(ground);
        using var client = await house.As("warehouseOperator");
        (await client.Say("/print/jobs", """{"id":"a","template":"device","labels":["(01)06901234567892(21)A1","(01)06901234567893(21)A2"]}""")).ShouldBeRefused(400, "udi.checkDigit", "/labels/1");
        (await client.Say("/print/jobs", """{"id":"a","template":"device","labels":["(01)06901234567892(21)A1","gs1:01/06901234567892/21/A1"]}""")).ShouldBeRefused(400, "print.twice", "/labels/1");
        (await client.Say("/print/jobs", """{"id":"a","template":"pallet","labels":["(01)06901234567892(21)A1"]}""")).ShouldBeRefused(400, "label.kind", "/labels/0");
        (await client.Say("/print/jobs", """{"id":"a","template":"device","printer":"none","labels":["(01)06901234567892(21)A1"]}""")).ShouldBeRefused(400, "print.noPrinter", "/printer");
        (await client.Say("/print/jobs", """{"id":"a","template":"big","labels":[]}""")).ShouldBeRefused(400, "question.parameter", "/template");
        (await client.Ask("/print/jobs/1")).Status.ShouldBe(404);
        (await client.Say("/print/printers", "{}")).Status.ShouldBe(403);
        using var administrator = await house.As("administrator");
        (await administrator.Say("/print/printers", """{"name":"p","host":"a b","font":"0^XA"}""")).ShouldBeRefused(400, "question.parameter", "/font");

        // Without a printer the browser prints: sent at once, confirmed by whoever stands there.
        (await client.Say("/print/jobs", """{"id":"b","template":"pallet","labels":["(00)006901234000000018"]}""")).Status.ShouldBe(201);
        var number = 1;
        while ((await client.Ask($"/print/jobs/{number}")).Status == 404)
        {
            number++;
        }

        (await client.Say($"/print/jobs/{number}/print", "{}")).Body.GetProperty("state").GetString().ShouldBe("sent");
        (await client.Say($"/print/jobs/{number}/confirm", "{\"labels\":1}")).Body.GetProperty("state").GetString().ShouldBe("confirmed");
    }

    [Fact]
    public void Names_are_cut_and_what_the_symbol_says_is_not()
    {
        var label = Label.Of(LabelTemplate.Find("device")!, "(01)06901234567892(17)271231(10)L7(21)ABCDEFGHIJKLMNOPQRST", "一种名称非常非常非常非常长的植入式输注泵", "Pump <b>&", Today).Value;
        label.Lines[0].ShouldEndWith("…");
        label.Lines.Skip(2).ShouldBe(["(01)06901234567892", "(17)271231", "(10)L7", "(21)ABCDEFGHIJKLMNOPQRST"]);
        var svg = System.Xml.Linq.XDocument.Parse(label.ToSvg()).Root!;
        (svg.Attribute("width")!.Value, svg.Attribute("viewBox")!.Value).ShouldBe(("60mm", "0 0 60 30"));
        svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ShouldBe(label.Lines);
        Label.Of(LabelTemplate.Find("device")!, "(00)006901234000000018", "", "", Today).Findings.Single().Kind.ShouldBe(LabelFindings.Kind);
    }

    private static async Task<JsonElement> Until(HttpClient client, params string[] states)
    {
        while (true)
        {
            var job = (await client.Ask("/print/jobs/1")).Body;
            if (states.Contains(job.GetProperty("state").GetString()))
            {
                return job;
            }

            job.GetProperty("state").GetString().ShouldBe("printing", job.ToString());
            Stop.ThrowIfCancellationRequested();
        }
    }

    // A printer: takes whole labels, and after so many tears the line.
    private static async Task<List<string>> Take(TcpListener listener, int max)
    {
        using var client = await listener.AcceptTcpClientAsync(Stop);
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        var labels = new List<string>();
        while (labels.Count < max && await reader.ReadLineAsync(Stop) is { } line)
        {
            labels.Add(line + "\n");
        }

        if (max < int.MaxValue)
        {
            client.LingerState = new LingerOption(true, 0);
        }

        return labels;
    }
}
