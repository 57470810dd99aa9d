using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Clew.Identification;
using Clew.Identification.Gs1;

namespace Clew.Server.Identification;

/// <summary>
/// <c>clew identify</c>: a JSON string a line in (or an array of the two symbols of one label, or an object with <c>input</c> and
/// perhaps <c>kind</c>, <c>as_of</c>, <c>separators</c>, <c>gcp_length</c>), a JSON object a line out. Needs no database.
/// </summary>
public static class IdentifyCommand
{
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh");

    /// <summary>Answers every line until the input ends; an empty line gets none.</summary>
    /// <param name="today">Decides the century of two-digit years.</param>
    /// <returns>The exit code: 0, for an invalid code is an answer and no failure.</returns>
    public static int Run(TextReader input, TextWriter output, DateOnly today)
    {
        while (input.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                output.WriteLine(Answer(line, today));
            }
        }

        output.Flush();
        return 0;
    }

    /// <summary>The same, today by the machine's clock.</summary>
    public static int Run(TextReader input, TextWriter output) => Run(input, output, DateOnly.FromDateTime(DateTime.UtcNow));

    private static string Answer(string line, DateOnly today)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return Object(Read(json.RootElement, new UdiOptions { Today = today }), json.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            return Object(new UdiReadingOrError(null, broken.Message), default);
        }
    }

    private readonly record struct UdiReadingOrError(UdiReading? Reading, string? Error);

    private static UdiReadingOrError Read(JsonElement asked, UdiOptions options) => asked.ValueKind switch
    {
        JsonValueKind.String => new(Udi.Read(asked.GetString()!, options), null),
        JsonValueKind.Array when asked.GetArrayLength() == 1 => new(Udi.Read(asked[0].GetString() ?? "", options), null),
        JsonValueKind.Array when asked.GetArrayLength() == 2 => new(Udi.Read(asked[0].GetString() ?? "", asked[1].GetString() ?? "", options), null),
        JsonValueKind.Object when asked.TryGetProperty("input", out var input) => Read(input, options with
        {
            Today = asked.TryGetProperty("as_of", out var day) ? DateOnly.ParseExact(day.GetString() ?? "", "yyyy-MM-dd", CultureInfo.InvariantCulture) : options.Today,
            Kind = asked.TryGetProperty("kind", out var kind) ? UdiWords.Kind(kind.GetString() ?? "") : UdiKind.Unknown,
            Separators = asked.TryGetProperty("separators", out var separators) ? [.. separators.EnumerateArray().Select(s => s.GetString() ?? "")] : [],
        }),
        _ => new(null, "A line holds a JSON string, an array of one or two strings, or an object with 'input'."),
    };

    private static string Object(UdiReadingOrError answer, JsonElement asked)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Written))
        {
            json.WriteStartObject();
            if (answer.Reading is { } reading)
            {
                Write(json, reading);

                // Whoever knows the length of the company prefix gets an EPC URN.
                if (asked.ValueKind == JsonValueKind.Object && asked.TryGetProperty("gcp_length", out var length) && length.TryGetInt32(out var prefix) && reading.Agency == Agency.Gs1 && reading.IsValid)
                {
                    Text(json, "epc_urn", EpcUri.Write([.. reading.Elements], prefix), always: true);
                }
            }
            else
            {
                json.WriteBoolean("valid", false);
                json.WriteString("error", answer.Error);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>The answer's members, named as the published test vectors name them.</summary>
    public static void Write(Utf8JsonWriter json, UdiReading reading)
    {
        // Nobody outside can say whether an AHM code is right.
        if (reading.Agency == Agency.Ahm && reading.IsValid)
        {
            json.WriteNull("valid");
        }
        else
        {
            json.WriteBoolean("valid", reading.IsValid);
        }

        if (reading.IsValid != reading.IsWellFormed)
        {
            json.WriteBoolean("valid_syntax_only", true);
        }

        Text(json, "agency", reading.Agency == Agency.None ? null : UdiWords.Of(reading.Agency), always: true);
        json.WriteString("kind", UdiWords.Of(reading.Kind));
        Text(json, "symbology_identifier", reading.SymbologyIdentifier);
        if (reading.IsUsable)
        {
            WriteFields(json, reading);
        }
        else if (reading.RightCheck is { } check)
        {
            Text(json, "basic_udi_di", reading.BasicUdiDi);
            json.WriteString(reading.Kind == UdiKind.Gs1Key ? "check_digit" : "check_characters", check);
        }

        WriteDiagnostics(json, reading);
    }

    private static void WriteFields(Utf8JsonWriter json, UdiReading reading)
    {
        Text(json, "di", reading.DeviceIdentifier);
        Text(json, "sscc", reading["00"]);
        Text(json, "gln", reading.Agency == Agency.Gs1 ? reading["414"] ?? reading["417"] : null);
        Text(json, "lot", reading.Lot);
        Text(json, "serial", reading.Serial);
        Date(json, "mfg_date", reading.Manufactured);
        Date(json, "exp_date", reading.Expires);
        Text(json, "software_version", reading.SoftwareVersion);
        Text(json, "master_udi_di", reading.MasterUdiDi);
        Number(json, "quantity", reading.Quantity);
        if (reading.Date is { } date)
        {
            json.WriteString("date", date.ToString());
            json.WriteString("precision", UdiWords.Of(date.Precision));
        }

        Number(json, "gcp_length", reading.CompanyPrefixLength);
        Text(json, "basic_udi_di", reading.BasicUdiDi);
        Text(json, reading.Kind == UdiKind.Gs1Key ? "check_digit" : reading.Kind == UdiKind.BasicUdiDi ? "check_characters" : "correct_check_character", reading.RightCheck);
        if (reading.Hibcc is { } hibcc)
        {
            Text(json, "lic", hibcc.Lic);
            Text(json, "pcn", hibcc.Pcn);
            Number(json, "uom", hibcc.UnitOfMeasure);
            Text(json, "exp_raw", hibcc.ExpiryAsWritten);
            Text(json, "link_character", hibcc.LinkCharacter?.ToString());
            Text(json, "check_character", hibcc.CheckCharacter?.ToString());
        }

        if (reading.Iccbba is { } iccbba)
        {
            Text(json, "din", iccbba.Din);
            Text(json, "din_13", iccbba.Din13);
            Text(json, "compound_reference", iccbba.CompoundReference);
            Text(json, "exp_raw", iccbba.ExpiryAsWritten);
            Text(json, "mfg_raw", iccbba.ManufactureAsWritten);
            if (iccbba.DinChecksumIsRight is { } right)
            {
                json.WriteBoolean("din_flag_checksum_ok", right);
            }

            if (iccbba.IsContainer)
            {
                json.WriteBoolean("container", true);
            }
        }

        if (reading.Ma is { } ma)
        {
            Text(json, "registrant_code", ma.Registrant);
            Text(json, "packaging_level", ma.PackagingLevel);
            Text(json, "item_code", ma.Item);
            Text(json, "check", ma.DiCheck);
            Text(json, "pi_check", ma.PiCheck);
            Text(json, "sterilization_lot", ma.SterilizationLot);
            if (ma.ValidUntil is { } until)
            {
                Date(json, "valid_until", until);
            }
        }

        Text(json, "pzn", reading.Pzn);
        if (reading.Kind == UdiKind.Iso15434)
        {
            Text(json, "price_raw", reading["27Q"]);
        }

        if (reading.Agency == Agency.Gs1 && reading.Kind is not (UdiKind.Gs1Key or UdiKind.Gs1Date or UdiKind.BasicUdiDi))
        {
            Text(json, "secondary_serial", reading["250"]);
            Text(json, "additional_id", reading["240"]);
            json.WriteStartArray("ai");
            foreach (var element in reading.Elements)
            {
                json.WriteStartArray();
                json.WriteStringValue(element.Key);
                json.WriteStringValue(element.Value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("elements");
        foreach (var element in reading.Elements)
        {
            var (en, zh) = ElementNames.Of(reading.Agency, element);
            json.WriteStartObject();
            json.WriteString("key", element.Key);
            json.WriteString("name", en);
            json.WriteString("name_zh", zh);
            json.WriteString("value", element.Value);
            json.WriteNumber("position", element.Position);
            Number(json, "symbol", element.Symbol > 0 ? element.Symbol : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("hri");
        foreach (var line in Canonical.HumanReadable(reading))
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        Text(json, "canonical", Canonical.Text(reading), always: true);
        if (Canonical.Identity(reading) is { } identity)
        {
            json.WriteString("identity", identity.Text);
            json.WriteString("uri", identity.ToUri());
        }
    }

    private static void WriteDiagnostics(Utf8JsonWriter json, UdiReading reading)
    {
        if (reading.Diagnostics.FirstOrDefault(d => d.Severity == Severity.Error) is { } first)
        {
            json.WriteString("reason", (first.Symbol == 0 && reading.Kind == UdiKind.HibcPair && first.Kind != UdiFindings.LinkCharacter ? "primary:" : "") + Snake(first.Code));
        }

        if (reading.Diagnostics.Any(d => d.Severity == Severity.Warning))
        {
            json.WriteStartArray("warnings");
            foreach (var warning in reading.Diagnostics.Where(d => d.Severity == Severity.Warning))
            {
                json.WriteStringValue(Snake(warning.Code));
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("diagnostics");
        foreach (var diagnostic in reading.Diagnostics)
        {
            var finding = diagnostic.At("");
            json.WriteStartObject();
            json.WriteString("code", diagnostic.Code);
            json.WriteString("severity", diagnostic.Severity switch { Severity.Note => "note", Severity.Warning => "warning", _ => "error" });
            json.WriteNumber("position", diagnostic.Position);
            Number(json, "symbol", diagnostic.Symbol > 0 ? diagnostic.Symbol : null);
            json.WriteString("text", finding.What(CultureInfo.InvariantCulture));
            json.WriteString("remedy", finding.Remedy(CultureInfo.InvariantCulture));
            json.WriteString("text_zh", finding.What(Chinese));
            json.WriteString("remedy_zh", finding.Remedy(Chinese));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // udi.checkDigit → check_digit
    private static string Snake(string code)
    {
        var word = new StringBuilder();
        foreach (var c in code.AsSpan(code.IndexOf('.', StringComparison.Ordinal) + 1))
        {
            _ = char.IsAsciiLetterUpper(c) ? word.Append('_').Append(char.ToLowerInvariant(c)) : word.Append(c);
        }

        return word.ToString();
    }

    private static void Date(Utf8JsonWriter json, string name, UdiDate? date)
    {
        if (date is { } said)
        {
            json.WriteString(name, said.ToString());
            json.WriteString(name + "_precision", UdiWords.Of(said.Precision));
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? value, bool always = false)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
        else if (always)
        {
            json.WriteNull(name);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } n)
        {
            json.WriteNumber(name, n);
        }
    }
}
