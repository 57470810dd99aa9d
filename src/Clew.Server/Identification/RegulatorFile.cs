using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Clew.Identification;
using Clew.MasterData;
using MiniExcelLibs;
using MiniExcelLibs.Csv;

namespace Clew.Server.Identification;

/// <summary>
/// A file of a regulator's database, read: the XML that NMPA and AccessGUDID publish, a table with a header, or JSON. Whatever the form,
/// names decide what is what (<see cref="RegulatorField"/>), wherever in the record they stand.
/// </summary>
/// <param name="Records">One a key: of several versions the newest.</param>
/// <param name="Findings">What is wrong; with no record among errors.</param>
public sealed record RegulatorFile(IReadOnlyList<RegulatorRecord> Records, IReadOnlyList<Finding> Findings)
{
    // Findings that an answer lists: whoever sent a wrong file sees it from the first.
    private const int FindingsMax = 100;

    // A description longer than this is a document of its own.
    private const int ValueMax = 4_000;

    private static readonly FrozenDictionary<string, RegulatorField> ByName = RegulatorField.All.Concat(RegulatorField.Keys)
        .SelectMany(f => new[] { f.Word, f.Nmpa, f.Gudid, f.Eudamed }.Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase), (f, n) => (Name: n, Field: f))
        .ToFrozenDictionary(f => f.Name, f => f.Field, StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, RegulatorRole> GudidRoles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Primary"] = RegulatorRole.Primary,
        ["Package"] = RegulatorRole.Package,
        ["Unit of Use"] = RegulatorRole.UnitOfUse,
        ["Direct Marking"] = RegulatorRole.DirectMark,
        ["Secondary"] = RegulatorRole.Secondary,
        ["Previous"] = RegulatorRole.Previous,
    };

    private static readonly (RegulatorField Field, RegulatorRole Role)[] Roles =
    [
        (RegulatorField.Device, RegulatorRole.Primary), (RegulatorField.Package, RegulatorRole.Package), (RegulatorField.UnitOfUse, RegulatorRole.UnitOfUse),
        (RegulatorField.DirectMark, RegulatorRole.DirectMark), (RegulatorField.Secondary, RegulatorRole.Secondary),
    ];

    // The agencies as databases write them, and how our identities begin.
    private static readonly (string Part, string Scheme)[] Agencies =
        [("GS1", "gs1:01/"), ("HIBC", "hibcc:"), ("ICCBBA", "iccbba:"), ("IFA", "ifa:"), ("AHM", "ahm:"), ("阿里", "ahm:"), ("MA", "ma:")];

    /// <summary>Reads a file.</summary>
    /// <param name="mediaType">Decides the form.</param>
    public static RegulatorFile Read(Regulator regulator, string mediaType, byte[] bytes)
    {
        var form = mediaType.Contains("xml", StringComparison.OrdinalIgnoreCase) ? "XML" : mediaType.Contains("json", StringComparison.OrdinalIgnoreCase) ? "JSON" : "CSV";
        var records = new Dictionary<string, RegulatorRecord>(StringComparer.Ordinal);
        var findings = new List<Finding>();
        try
        {
            var number = 0;
            foreach (var device in form switch { "XML" => Xml(bytes), "JSON" => Json(bytes), _ => Table(bytes) })
            {
                number++;
                if (Record(regulator, device, out var written) is not { } record)
                {
                    if (findings.Count < FindingsMax)
                    {
                        findings.Add(new Finding(RegulatorFindings.NoDevice, "/" + Say(number - 1), Say(number), written));
                    }
                }
                else if (!records.TryGetValue(record.Key, out var other) || (other.VersionDate ?? DateOnly.MinValue, other.Version).CompareTo((record.VersionDate ?? DateOnly.MinValue, record.Version)) <= 0)
                {
                    records[record.Key] = record;
                }
            }
        }
        catch (Exception broken) when (broken is XmlException or JsonException or InvalidDataException or InvalidOperationException or ArgumentException or FormatException)
        {
            return new RegulatorFile([], [new Finding(RegulatorFindings.Unreadable, "", form, broken.Message)]);
        }

        return records.Count > 0 ? new RegulatorFile([.. records.Values], findings) : new RegulatorFile([], [new Finding(RegulatorFindings.None, ""), .. findings]);
    }

    // A release has hundreds of thousands: one at a time.
    private static IEnumerable<XElement> Xml(byte[] bytes)
    {
        using var xml = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreWhitespace = true, IgnoreComments = true });
        while (!xml.EOF)
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "device" })
            {
                yield return (XElement)XNode.ReadFrom(xml);
            }
            else
            {
                xml.Read();
            }
        }
    }

    private static IEnumerable<XElement> Json(byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(3) : bytes);
        var root = json.RootElement;
        var list = root.ValueKind == JsonValueKind.Object && root.EnumerateObject().FirstOrDefault(m => m.Value.ValueKind == JsonValueKind.Array && m.Value.GetArrayLength() > 0 && m.NameEquals("devices")).Value is { ValueKind: JsonValueKind.Array } devices ? devices : root;
        foreach (var record in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToArray() : [list])
        {
            yield return new XElement("device", Members(record));
        }
    }

    private static IEnumerable<XElement> Members(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(m => Member(m.Name, m.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(v => Member("item", v)),
        _ => [],
    };

    private static IEnumerable<XElement> Member(string name, JsonElement value)
    {
        XName called = XmlConvert.EncodeLocalName(name.Length == 0 ? "_" : name);
        return value.ValueKind switch
        {
            JsonValueKind.Object => [new XElement(called, Members(value))],
            JsonValueKind.Array => value.EnumerateArray().SelectMany(v => Member(name, v)),
            JsonValueKind.String => [new XElement(called, value.GetString())],
            JsonValueKind.Null or JsonValueKind.Undefined => [],
            _ => [new XElement(called, value.GetRawText())],
        };
    }

    // What stands most often in the header parts the columns: a comma, a bar (AccessGUDID), a tab, a semicolon.
    private static IEnumerable<XElement> Table(byte[] bytes)
    {
        var header = bytes.AsSpan(0, Math.Max(0, bytes.AsSpan().IndexOf((byte)'\n'))).ToArray();
        var separator = ",|\t;".MaxBy(c => header.Count(b => b == c));
        using var stream = new MemoryStream(bytes);
        foreach (IDictionary<string, object?> row in stream.Query(useHeaderRow: true, excelType: ExcelType.CSV, configuration: new CsvConfiguration { Seperator = separator }))
        {
            yield return new XElement("device", row.Select(c => new XElement(XmlConvert.EncodeLocalName(c.Key.Trim() is { Length: > 0 } name ? name : "_"), c.Value?.ToString())));
        }
    }

    private static RegulatorRecord? Record(Regulator regulator, XElement device, out string written)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var keys = new List<(RegulatorField Field, XElement Leaf)>();
        var devices = new List<RegulatorDevice>();
        foreach (var leaf in device.Descendants().Where(e => !e.HasElements))
        {
            var value = leaf.Value.Trim();
            if (value.Length == 0)
            {
                continue;
            }

            if (leaf.Name.LocalName == "deviceIdType")
            {
                // AccessGUDID lists all identifiers alike, each with its sort beside it.
                if (GudidRoles.TryGetValue(value, out var role) && Beside(leaf, "deviceId") is { } id && Named(id, Beside(leaf, "deviceIdIssuingAgency")) is { } named)
                {
                    devices.Add(new RegulatorDevice(named, role, Number(Beside(leaf, "pkgQuantity"))));
                }
            }
            else if (ByName.TryGetValue(XmlConvert.DecodeName(leaf.Name.LocalName)!, out var field))
            {
                if (RegulatorField.Keys.Contains(field))
                {
                    keys.Add((field, leaf));
                }
                else if (!fields.TryGetValue(field.Word, out var before))
                {
                    fields[field.Word] = Visible.Of(value, ValueMax);
                }
                else if (before.Length + value.Length < ValueMax && !before.Split("; ").Contains(value, StringComparer.Ordinal))
                {
                    fields[field.Word] = before + "; " + Visible.Of(value);
                }
            }
        }

        string? Key(RegulatorField field) => keys.Find(k => k.Field == field).Leaf?.Value.Trim();
        var agency = devices.Count > 0 ? null : Key(RegulatorField.Agency);
        foreach (var (field, role) in Roles)
        {
            foreach (var (_, leaf) in keys.Where(k => k.Field == field))
            {
                // What another agency gave out is not written like the primary one.
                if (Named(leaf.Value, role == RegulatorRole.Secondary ? null : agency) is { } named)
                {
                    devices.Add(new RegulatorDevice(named, role, role == RegulatorRole.Package ? Number(leaf.Parent!.Elements().FirstOrDefault(e => RegulatorField.Quantity.IsCalled(e.Name.LocalName))?.Value) : null));
                }
            }
        }

        written = Key(RegulatorField.Device) ?? "";
        if (devices.Find(d => d.Role == RegulatorRole.Primary) is not { } primary)
        {
            return null;
        }

        return new RegulatorRecord(
            regulator, Key(RegulatorField.Key) ?? primary.Device.Text, Number(Key(RegulatorField.Version)) ?? 0,
            DateOnly.TryParseExact(Key(RegulatorField.VersionDate), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
            fields, [.. devices.DistinctBy(d => (d.Device, d.Role))]);
    }

    private static string? Beside(XElement leaf, string name) => leaf.Parent!.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() is { Length: > 0 } value ? value : null;

    // Databases hold the bare identifier, without what a symbol puts around it.
    private static Identity? Named(string written, string? agency)
    {
        var id = written.Trim();
        var scheme = agency is null ? null : Array.Find(Agencies, a => agency.Contains(a.Part, StringComparison.OrdinalIgnoreCase)).Scheme;
        if (scheme is null or "gs1:01/" && CheckDigit.AreDigits(id) && id.Length is 8 or 12 or 13 or 14)
        {
            scheme = "gs1:01/";
            id = id.PadLeft(14, '0');
        }

        var read = scheme is null || id.Length == 0 || id[0] is '+' or '=' ? Identity.Read(id, "", Granularity.Product) : Identity.Read(scheme + Uri.EscapeDataString(id), "", Granularity.Product);
        return read.IsRead ? read.Value : null;
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Say(int number) => number.ToString(CultureInfo.InvariantCulture);
}
