using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Clew.Access;
using Clew.Epcis;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Web;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// Vocabularies over REST, where EPCIS 2.0 has no address for them: the parameters and the meaning are those of its SimpleMasterDataQuery.
/// Answered is what documents said in their headers and, as elements of the standard's own vocabularies, our own master data.
/// </summary>
public static class VocabularyEndpoints
{
    private static readonly Asked[] Parameters =
    [
        new("vocabularyName", "Types of vocabularies, with '|' between: urn:epcglobal:epcis:vtype:BusinessLocation, …EPCClass, …"),
        new("includeAttributes", "false: without attributes."),
        new("includeChildren", "false: without what is within."),
        new("attributeNames", "Only these attributes."),
        new("EQ_name", "Only these elements."),
        new("WD_name", "Only these elements and what is within them."),
        new("HASATTR", "Only elements with one of these attributes."),
        new("maxElementCount", "More elements than this are refused."),
    ];

    // In a parameter's name: EQATTR_urn:…
    private const string Equal = "EQATTR_";

    /// <summary>Adds the endpoints.</summary>
    public static void MapVocabularies(this IEndpointRouteBuilder app)
    {
        app.MapGet("/vocabularies", Ask).RequireDeed(Deed.Trace, Deed.Describe).Data<JsonElement>("Vocabularies", "Master data as EPCIS has them: vocabularies, their elements, attributes and what is within (SimpleMasterDataQuery); EQATTR_{attribute} asks for values.")
            .Asks([.. Parameters, .. CaptureEndpoints.Paging]).WithMetadata(AnyParameters.Instance).ProducesProblem(StatusCodes.Status413PayloadTooLarge).Epcis("OPTIONS, GET");
        app.MapDiscovery("/vocabularies", "Vocabularies", "OPTIONS, GET", Deed.Trace, Deed.Describe);
    }

    private sealed record Row(string Vocabulary, string Name, string Id);

    private static async Task Ask(HttpContext context, NpgsqlDataSource database, EventIndex index)
    {
        List<Finding> findings = [];
        Dictionary<string, string[]> asked = new(StringComparer.Ordinal);
        foreach (var (name, values) in context.Request.Query)
        {
            if (!Parameters.Concat(CaptureEndpoints.Paging).Any(p => p.Name == name) && !(name.StartsWith(Equal, StringComparison.Ordinal) && name.Length > Equal.Length))
            {
                findings.Add(new Finding(QuestionFindings.UnknownParameter, "?" + name, name, string.Join(", ", Parameters.Select(p => p.Name).Append(Equal + "…"))));
            }
            else if (values.Count > 1)
            {
                findings.Add(new Finding(QueryFindings.Twice, "?" + name, name));
            }
            else if (values.ToString().Contains('\0', StringComparison.Ordinal) || values.ToString().Split('|').Length > EventQuery.ValuesMax)
            {
                findings.Add(new Finding(QueryFindings.Value, "?" + name, name, "…", "URI"));
            }
            else
            {
                asked[name] = values.ToString().Split('|');
            }
        }

        bool Flag(string name) => !asked.TryGetValue(name, out var v) || v[0] is not "false";
        int Number(string name, int usual, int max)
        {
            if (!asked.TryGetValue(name, out var v) || (int.TryParse(v[0], NumberStyles.None, CultureInfo.InvariantCulture, out usual) && usual >= 1 && usual <= max))
            {
                return usual;
            }

            findings.Add(new Finding(QueryFindings.Value, "?" + name, name, v[0], $"1 … {max}"));
            return 1;
        }

        var perPage = Number("perPage", CaptureEndpoints.PerPageUsual, CaptureEndpoints.PerPageMax);
        var maxCount = Number("maxElementCount", int.MaxValue, int.MaxValue);
        var after = asked.TryGetValue("nextPageToken", out var token) ? token[0].Split('\n', 2) : ["", ""];
        if (after.Length != 2)
        {
            findings.Add(new Finding(QueryFindings.Value, "?nextPageToken", "nextPageToken", "…", "Link"));
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var ct = context.RequestAborted;
        await index.Reach(ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        var (where, parameters) = await Where(connection, asked, ct);
        if (maxCount < int.MaxValue && await Count(connection, where, parameters, maxCount + 1L, ct) > maxCount)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(EventQueries.TooLarge, "?maxElementCount", maxCount.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        var rows = await Rows(connection, where, parameters, after[0], after[1], perPage + 1, ct);
        if (rows.Count > perPage)
        {
            rows.RemoveAt(perPage);
            context.Response.Headers.Link = $"<{context.Request.Path}{new Question(context, [.. context.Request.Query.Keys]).Again("nextPageToken", rows[^1].Vocabulary + "\n" + rows[^1].Name)}>; rel=\"next\"";
        }

        var names = asked.GetValueOrDefault("attributeNames")?.Select(VocabularyElement.AttributeOf).ToHashSet(StringComparer.Ordinal);
        var attributes = Flag("includeAttributes") ? await Attributes(connection, rows, names, ct) : null;
        var children = Flag("includeChildren") ? await Children(connection, rows, ct) : null;
        await (ByAccept.WantsXml(context) ? WriteXml(context, rows, attributes, children) : Write(context, rows, attributes, children));
    }

    // ---- rows

    private static async Task<(string Where, List<object> Parameters)> Where(NpgsqlConnection connection, Dictionary<string, string[]> asked, CancellationToken ct)
    {
        List<string> where = ["true"];
        List<object> parameters = [];
        string Parameter(object value)
        {
            parameters.Add(value);
            return "$" + parameters.Count.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, values) in asked)
        {
            switch (name)
            {
                case "vocabularyName":
                    where.Add($"e.vocabulary = any({Parameter(values)})");
                    break;
                case "EQ_name":
                    where.Add($"e.name = any({Parameter(values.Select(VocabularyElement.NameOf).ToArray())})");
                    break;
                case "WD_name":
                    where.Add($"e.name = any({Parameter((await MasterDataView.Meant(connection, new MasterDataAsk(null, values), 10_000, ct)).ToArray())})");
                    break;
                case "HASATTR":
                    where.Add($"exists (select 1 from attribute a where a.vocabulary = e.vocabulary and a.name = e.name and a.id = any({Parameter(values.Select(VocabularyElement.AttributeOf).ToArray())}))");
                    break;
                case var attribute when attribute.StartsWith(Equal, StringComparison.Ordinal):
                    where.Add($"exists (select 1 from attribute a where a.vocabulary = e.vocabulary and a.name = e.name and a.id = {Parameter(VocabularyElement.AttributeOf(attribute[Equal.Length..]))} and a.value = any({Parameter(values)}))");
                    break;
                default:
                    break;
            }
        }

        return (string.Join(" and ", where), parameters);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, List<object> parameters, params object[] more)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters.Concat(more))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static async Task<long> Count(NpgsqlConnection connection, string where, List<object> parameters, long max, CancellationToken ct)
    {
        await using var command = Command(connection, $"select count(*) from (select 1 from element e where {where} limit ${parameters.Count + 1}) x", parameters, max);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task<List<Row>> Rows(NpgsqlConnection connection, string where, List<object> parameters, string vocabulary, string name, int max, CancellationToken ct)
    {
        var n = parameters.Count;
        await using var command = Command(connection, $"select e.vocabulary, e.name, e.id from element e where {where} and (e.vocabulary, e.name) > (${n + 1}, ${n + 2}) order by e.vocabulary, e.name limit ${n + 3}", parameters, vocabulary, name, max);
        List<Row> rows = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            rows.Add(new Row(row.GetString(0), row.GetString(1), row.GetString(2)));
        }

        return rows;
    }

    private static async Task<ILookup<(string, string), (string Id, string Body)>> Attributes(NpgsqlConnection connection, List<Row> rows, HashSet<string>? names, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select a.vocabulary, a.name, a.id, a.body from attribute a join unnest($1, $2) k (vocabulary, name) on k.vocabulary = a.vocabulary and k.name = a.name order by a.id, a.value", connection) { Parameters = { Of(rows.ConvertAll(r => r.Vocabulary)), Of(rows.ConvertAll(r => r.Name)) } };
        List<((string, string) Key, (string, string) Value)> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            if (names?.Contains(row.GetString(2)) != false)
            {
                found.Add(((row.GetString(0), row.GetString(1)), (row.GetString(2), row.GetString(3))));
            }
        }

        return found.ToLookup(f => f.Key, f => f.Value);
    }

    private static async Task<ILookup<(string, string), string>> Children(NpgsqlConnection connection, List<Row> rows, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select c.vocabulary, c.parent, c.id from child c join unnest($1, $2) k (vocabulary, name) on k.vocabulary = c.vocabulary and k.name = c.parent order by c.name", connection) { Parameters = { Of(rows.ConvertAll(r => r.Vocabulary)), Of(rows.ConvertAll(r => r.Name)) } };
        List<((string, string) Key, string Value)> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(((row.GetString(0), row.GetString(1)), row.GetString(2)));
        }

        return found.ToLookup(f => f.Key, f => f.Value);
    }

    private static NpgsqlParameter Of(List<string> texts) => new NpgsqlParameter<string[]> { TypedValue = [.. texts], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    // ---- answers

    private static async Task Write(HttpContext context, List<Row> rows, ILookup<(string, string), (string Id, string Body)>? attributes, ILookup<(string, string), string>? children)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Answers.Plain);
        json.WriteStartObject();
        json.WriteStartArray("@context");
        json.WriteStringValue(Contexts.StandardAddress);
        json.WriteEndArray();
        json.WriteString("type", "EPCISQueryDocument");
        json.WriteString("schemaVersion", "2.0");
        json.WriteString("creationDate", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("epcisBody");
        json.WriteStartObject("queryResults");
        json.WriteString("queryName", "SimpleMasterDataQuery");
        json.WriteStartObject("resultsBody");
        json.WriteStartArray("vocabularyList");
        foreach (var vocabulary in rows.GroupBy(r => r.Vocabulary, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("type", vocabulary.Key);
            json.WriteStartArray("vocabularyElementList");
            foreach (var element in vocabulary)
            {
                json.WriteStartObject();
                json.WriteString("id", element.Id);
                if (attributes?[(element.Vocabulary, element.Name)].ToList() is { Count: > 0 } said)
                {
                    json.WriteStartArray("attributes");
                    foreach (var (id, body) in said)
                    {
                        json.WriteStartObject();
                        json.WriteString("id", id);
                        json.WritePropertyName("attribute");
                        json.WriteRawValue(body);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }

                if (children?[(element.Vocabulary, element.Name)].ToList() is { Count: > 0 } within)
                {
                    json.WriteStartArray("children");
                    within.ForEach(json.WriteStringValue);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static async Task WriteXml(HttpContext context, List<Row> rows, ILookup<(string, string), (string Id, string Body)>? attributes, ILookup<(string, string), string>? children)
    {
        XNamespace query = "urn:epcglobal:epcis-query:xsd:2";
        var document = new XElement(query + "EPCISQueryDocument", new XAttribute(XNamespace.Xmlns + "epcisq", query.NamespaceName), new XAttribute("schemaVersion", "2.0"),
            new XAttribute("creationDate", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            new XElement("EPCISBody", new XElement(query + "QueryResults", new XElement("queryName", "SimpleMasterDataQuery"), new XElement("resultsBody", new XElement("VocabularyList",
                rows.GroupBy(r => r.Vocabulary, StringComparer.Ordinal).Select(v => new XElement("Vocabulary", new XAttribute("type", v.Key), new XElement("VocabularyElementList",
                    v.Select(e => new XElement("VocabularyElement", new XAttribute("id", e.Id),
                        attributes?[(e.Vocabulary, e.Name)].Select(a => new XElement("attribute", new XAttribute("id", a.Id), Value(a.Body))),
                        children?[(e.Vocabulary, e.Name)].ToList() is { Count: > 0 } within ? new XElement("children", within.Select(c => new XElement("id", c))) : null))))))))));
        context.Response.ContentType = "application/xml; charset=utf-8";
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document, context.RequestAborted);
    }

    // A text as it is; what has parts of its own as the JSON that says them.
    private static string Value(string body)
    {
        using var value = JsonDocument.Parse(body);
        return value.RootElement.ValueKind == JsonValueKind.String ? value.RootElement.GetString()! : body;
    }
}
