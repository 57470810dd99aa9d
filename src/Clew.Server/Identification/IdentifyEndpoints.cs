using System.Globalization;
using System.Text.Json;
using Clew.Access;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Lifecycle;
using Clew.Server.Web;

namespace Clew.Server.Identification;

/// <summary>What is asked of <c>POST /identify</c>.</summary>
/// <param name="Inputs">Each a string as scanned or typed, or an array of the two symbols of one label.</param>
/// <param name="Separators">What the scanner sends in place of FNC1, besides GS.</param>
/// <param name="Prefix">What the scanner puts in front.</param>
/// <param name="Suffix">What it puts behind.</param>
/// <param name="FoldsFullWidth">Whether full-width letters, as a Chinese input method makes them, are folded.</param>
/// <param name="SendsAim">Whether the scanner puts AIM's identifier in front; what comes otherwise is noted. Left out: nobody has said.</param>
/// <param name="Scanner">Name of a scanner profile, in place of the five before.</param>
public sealed record IdentifyOrder(IReadOnlyList<JsonElement>? Inputs, IReadOnlyList<string>? Separators, string? Prefix, string? Suffix, bool? FoldsFullWidth, bool? SendsAim, string? Scanner);

/// <summary>
/// The answer; each element has the members of <c>clew identify</c>, and besides <c>product</c>, <c>item</c>, <c>verdict</c>,
/// <c>regulator</c>, and <c>epc_urn</c> where master data tells how long the company prefix is.
/// </summary>
public sealed record IdentifyAnswer(string Today, IReadOnlyList<JsonElement> Answers);

/// <summary>"What is this?" over HTTP.</summary>
public static class IdentifyEndpoints
{
    /// <summary>A pallet's worth of labels; more is asked in several requests.</summary>
    public const int InputsMax = 10_000;

    /// <summary>Ten thousand of the longest usual labels, two symbols each.</summary>
    public const int BodyMax = 4 << 20;

    // A scanner has one substitute; somebody who mixes scanners a few.
    private const int SeparatorsMax = 16;

    private static readonly FindingKind Inputs = new("identify.inputs", Severity.Error,
        "{0} inputs are asked for; between 1 and {1} are answered.", "Send 'inputs': an array of strings, or of arrays of two strings; ask for more in several requests.",
        "请求了 {0} 个输入；每次可答复 1 至 {1} 个。", "请发送 inputs:由字符串或双字符串数组组成的数组；更多请分次请求。");

    private static readonly FindingKind Input = new("identify.input", Severity.Error,
        "This is neither a string nor an array of two strings.", "A code is a string; the two symbols of one label are an array of two strings.",
        "此处既不是字符串，也不是由两个字符串组成的数组。", "一个代码为一个字符串；同一标签的两个符号为由两个字符串组成的数组。");

    private static readonly FindingKind Separators = new("identify.separators", Severity.Error,
        "{0} separators are given; at most {1} are taken, none of them empty.", "Name what the scanner sends in place of FNC1.",
        "给出了 {0} 个分隔符；最多 {1} 个，且不得为空。", "请给出扫描器代替 FNC1 发送的内容。");

    private static readonly FindingKind NoScanner = new("identify.scanner", Severity.Error,
        "There is no scanner profile '{0}'.", "An administrator keeps them on the page 'Scanners'; or name the settings themselves.",
        "没有扫描器配置“{0}”。", "配置由管理员在“扫描器”页面维护；也可直接给出各项设置。");

    private static readonly FindingKind ScannerTwice = new("identify.scannerTwice", Severity.Error,
        "Both the profile '{0}' and settings of its own are given.", "Name the profile, or the settings.",
        "同时给出了配置“{0}”和单独的设置。", "请只给出配置名称或各项设置之一。");

    /// <summary>Adds the endpoint.</summary>
    public static void MapIdentify(this IEndpointRouteBuilder app) =>
        app.MapPost("/identify", Identify).RequireDeed(Deed.Look).Takes<IdentifyOrder>("application/json")
            .Data<IdentifyAnswer>("Identify", "What codes of any agency say, what is wrong with them and where, and what we know of what they name.");

    private static async Task Identify(HttpContext context, Acquaintance acquaintance, Scanners scanners)
    {
        if (await Bodies.Read<IdentifyOrder>(context, BodyMax) is not { } order)
        {
            return;
        }

        var options = new UdiOptions
        {
            Today = acquaintance.Today,
            Separators = order.Separators ?? [],
            Prefix = order.Prefix ?? "",
            Suffix = order.Suffix ?? "",
            FoldsFullWidth = order.FoldsFullWidth == true,
            SendsAim = order.SendsAim,
        };
        var findings = new List<Finding>();
        if (order.Scanner is { } name)
        {
            if (order is not { Separators: null, Prefix: null, Suffix: null, FoldsFullWidth: null, SendsAim: null })
            {
                findings.Add(new Finding(ScannerTwice, "/scanner", name));
            }
            else if (await scanners.Find(name, context.RequestAborted) is { } scanner)
            {
                options = UdiOptions.Of(scanner.Settings, options.Today);
            }
            else
            {
                findings.Add(new Finding(NoScanner, "/scanner", name));
            }
        }

        if (order.Inputs is not { Count: >= 1 and <= InputsMax } inputs)
        {
            findings.Add(new Finding(Inputs, "/inputs", Said(order.Inputs?.Count ?? 0), Said(InputsMax)));
            inputs = [];
        }

        if (options.Separators.Count > SeparatorsMax || options.Separators.Any(string.IsNullOrEmpty))
        {
            findings.Add(new Finding(Separators, "/separators", Said(options.Separators.Count), Said(SeparatorsMax)));
        }

        var readings = new List<UdiReading>(inputs.Count);
        for (var i = 0; i < inputs.Count && findings.Count < SeparatorsMax; i++)
        {
            if (Texts(inputs[i]) is not { } texts)
            {
                findings.Add(new Finding(Input, "/inputs/" + Said(i)));
            }
            else
            {
                readings.Add(texts.Length == 1 ? Udi.Read(texts[0], options) : Udi.Read(texts[0], texts[1], options));
            }
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var known = await acquaintance.Of(readings, Caller.Of(context.User), context.RequestAborted);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Answers.Plain);
        json.WriteStartObject();
        json.WriteString("today", options.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteStartArray("answers");
        foreach (var one in known)
        {
            Write(json, one);
            if (json.BytesPending > FlushAt)
            {
                await json.FlushAsync(context.RequestAborted);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    // So that ten thousand answers are not held at once.
    private const int FlushAt = 1 << 16;

    private static string[]? Texts(JsonElement input)
    {
        try
        {
            return input.ValueKind switch
            {
                JsonValueKind.String => [input.GetString()!],
                JsonValueKind.Array when input.GetArrayLength() == 2 && input.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) => [input[0].GetString()!, input[1].GetString()!],
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair.
        }
    }

    private static void Write(Utf8JsonWriter json, Known known)
    {
        json.WriteStartObject();
        IdentifyCommand.Write(json, known.Reading);
        if (known.Epc is { } epc)
        {
            json.WriteString("epc_urn", epc);
        }

        json.WritePropertyName("product");
        JsonSerializer.Serialize(json, NameAnswer.Of(known.Product), Answers.Json);
        json.WritePropertyName("item");
        JsonSerializer.Serialize(json, known.Item is null ? null : ItemAnswer.Of(known.Item), Answers.Json);
        if (known.Verdict is { } verdict && known.Item is { } item)
        {
            json.WriteStartObject("verdict");
            json.WriteString("weight", verdict.Weight);
            json.WriteString("say", verdict.Say);
            json.WriteStartArray("reasons");
            foreach (var reason in verdict.Reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteString("page", Web.Said.Address(item.Identity));
            json.WriteEndObject();
        }

        json.WriteStartObject("regulator");
        json.WriteString("text", known.OfRegulator);
        json.WriteStartArray("records");
        foreach (var (record, role, quantity, importedAt, source) in known.Regulators)
        {
            json.WriteStartObject();
            json.WriteString("regulator", record.Regulator.Word);
            json.WriteString("record", record.Key);
            json.WriteNumber("version", record.Version);
            json.WriteString("versionDate", record.VersionDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("as", JsonNamingPolicy.CamelCase.ConvertName(role.ToString()));
            if (quantity is { } many)
            {
                json.WriteNumber("quantity", many);
            }

            json.WritePropertyName("fields");
            JsonSerializer.Serialize(json, record.Fields, Answers.Json);
            json.WriteString("importedAt", importedAt);
            json.WriteString("file", "/evidence/" + source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Problems.Write(json, "remarks", [.. known.Remarks]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Said(int number) => number.ToString(CultureInfo.InvariantCulture);
}
