using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>EPCIS on the command line: check, hash, convert. Needs no database.</summary>
public static class EpcisCommands
{
    private static readonly HashSet<string> Unread = [.. ((FindingKind[])[FactFindings.Syntax, FactFindings.MemberTwice, EpcisFindings.NotXml, EpcisFindings.NotEpcis, EpcisFindings.NoText, EpcisFindings.NoEvents, EpcisFindings.TooMany]).Select(k => k.Code)];

    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The commands.</summary>
    public static Command All()
    {
        var files = new Argument<string[]>("file") { Description = "JSON-LD or XML, 2.0 or 1.x; what it is, its content tells.", Arity = ArgumentArity.OneOrMore };
        var check = new Command("check", "Whether documents are valid EPCIS: a JSON object a file, with all findings. Exit code 1 if one is not.") { files };
        check.SetAction(async (parsed, ct) => await Check(parsed.GetRequiredValue(files), Console.OpenStandardOutput(), ct));

        var hashed = new Argument<string[]>("file") { Description = "JSON-LD or XML, 2.0 or 1.x.", Arity = ArgumentArity.OneOrMore };
        var order = new Option<string>("--order") { Description = "table: the order of CBV 2.0; reference: that of the reference implementation, where the two differ.", DefaultValueFactory = _ => "table" };
        order.AcceptOnlyFromAmong("table", "reference");
        var hash = new Command("hash", "The event hash of CBV 2.0 of each event: one a line, in the order of the document.") { hashed, order };
        hash.SetAction(async (parsed, ct) => await Hash(parsed.GetRequiredValue(hashed), Console.Out, ct, parsed.GetRequiredValue(order) == "table" ? HashOrder.Table : HashOrder.Reference));

        var to = new Option<string>("--to") { Description = "json, xml (2.0) or xml12 (1.2).", Required = true };
        to.AcceptOnlyFromAmong("json", "xml", "xml12");
        var file = new Argument<string>("file") { Description = "JSON-LD or XML, 2.0 or 1.x." };
        var convert = new Command("convert", "Writes a document in another form.") { to, file };
        convert.SetAction(async (parsed, ct) => await Convert(parsed.GetRequiredValue(file), parsed.GetRequiredValue(to), Console.OpenStandardOutput(), ct));
        return new Command("epcis", "EPCIS documents: check, hash, convert. Needs no database.") { check, hash, convert };
    }

    /// <summary>One JSON object a file.</summary>
    public static async Task<int> Check(IReadOnlyList<string> files, Stream output, CancellationToken ct)
    {
        var isValid = true;
        foreach (var file in files)
        {
            var whole = EpcisReader.ReadAll(await File.ReadAllBytesAsync(file, ct));
            isValid &= whole.IsValid;
            await using (var json = new Utf8JsonWriter(output, OneLine))
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteBoolean("valid", whole.IsValid);
                json.WriteNumber("events", whole.Events.Count);
                json.WriteStartArray("findings");
                foreach (var finding in whole.Findings)
                {
                    json.WriteStartObject();
                    json.WriteString("code", finding.Code);
                    json.WriteString("position", finding.Path);
                    json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
                    json.WriteString("what", finding.What(CultureInfo.CurrentUICulture));
                    json.WriteString("remedy", finding.Remedy(CultureInfo.CurrentUICulture));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            await output.WriteAsync("\n"u8.ToArray(), ct);
        }

        await output.FlushAsync(ct);
        return isValid ? 0 : 1;
    }

    /// <summary>One hash a line.</summary>
    public static async Task<int> Hash(IReadOnlyList<string> files, TextWriter output, CancellationToken ct, HashOrder order = HashOrder.Table)
    {
        var code = 0;
        foreach (var file in files)
        {
            var whole = EpcisReader.ReadAll(await File.ReadAllBytesAsync(file, ct));
            code = Unreadable(whole) is { } why ? await Fail(file, why) : code;
            foreach (var read in whole.Events)
            {
                await output.WriteLineAsync(EventHash.Of(read, order).AsMemory(), ct);
            }
        }

        return code;
    }

    /// <summary>The other representation.</summary>
    public static async Task<int> Convert(string file, string to, Stream output, CancellationToken ct)
    {
        var whole = EpcisReader.ReadAll(await File.ReadAllBytesAsync(file, ct));
        if (Unreadable(whole) is { } why)
        {
            return await Fail(file, why);
        }

        byte[] written;
        try
        {
            written = Written(whole, to, DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or XmlException or InvalidOperationException)
        {
            // JSON holds texts and names that XML has no way to write, such as U+0001.
            await Console.Error.WriteLineAsync($"{file}: {e.Message}");
            return 1;
        }

        await output.WriteAsync(written, ct);
        await output.WriteAsync("\n"u8.ToArray(), ct);
        await output.FlushAsync(ct);
        return 0;
    }

    /// <summary>A document in another form.</summary>
    public static byte[] Written(WholeDocument whole, string to, string created) => to switch
    {
        "json" => JsonWriting.Document(whole.Document, whole.Events, created),
        "xml" => XmlWriting.Document(whole.Document, whole.Events, EpcisForm.Xml, created),
        _ => XmlWriting.Document(whole.Document, whole.Events, EpcisForm.Xml12, created),
    };

    // Not merely invalid: part of it could not be read, so that what we wrote would not be the whole of it.
    private static Finding? Unreadable(WholeDocument whole) =>
        whole.Findings.FirstOrDefault(f => f.Severity == Severity.Error && Unread.Contains(f.Code));

    private static async Task<int> Fail(string file, Finding why)
    {
        await Console.Error.WriteLineAsync($"{file}: {why.Path} {why.What(CultureInfo.CurrentUICulture)} {why.Remedy(CultureInfo.CurrentUICulture)}");
        return 1;
    }
}
