using System.Text.Json;
using Clew.Epcis;
using Clew.Server.Integration.Epcis;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using static Clew.Tests.Integration.CaptureInterface;

namespace Clew.Tests.Integration;

/// <summary>How the database looks up events: by an index for every family of parameters, as EXPLAIN tells it over a store that is filled.</summary>
public sealed class EventsAreFoundByIndex(Ground ground, ITestOutputHelper output)
{
    private const int Events = 60_000;

    /// <summary>Rows that a look of 31 events may touch: some hundred for each term, never a share of the store.</summary>
    private const int TouchedMax = 6_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // One of each family of SimpleEventQuery (TABLE). What has no terms is looked at in the order that is asked for, from an index, until the page is full.
    private static readonly string[] Families =
    [
        "", "eventType=ObjectEvent", "eventType=ext:Own", "GE_eventTime=2026-03-01T00:00:00Z&LT_eventTime=2026-03-02T00:00:00Z", "GE_recordTime=2020-01-01T00:00:00Z", "EQ_action=ADD", "EQ_bizStep=packing", "EQ_disposition=active",
        "EQ_persistentDisposition_set=damaged", "EQ_persistentDisposition_unset=damaged", "EQ_readPoint=urn:epc:id:sgln:6901234.00001.0", "WD_readPoint=urn:epc:id:sgln:6901234.00001.0", "EQ_bizLocation=urn:epc:id:sgln:6901234.00002.0", "WD_bizLocation=urn:epc:id:sgln:6901234.00002.0",
        "EQ_bizTransaction_po=urn:example:po:1", "EQ_source_location=urn:epc:id:sgln:6901234.00001.0", "EQ_destination_owning_party=urn:epc:id:pgln:6901234.00001", "EQ_transformationID=urn:example:t1", "EQ_eventID=urn:uuid:00000000-0000-4000-8000-00000000000a",
        "MATCH_epc=urn:epc:id:sgtin:6901234.056789.A1", "MATCH_epc=urn:epc:idpat:sgtin:6901234.056789.*", "MATCH_parentID=urn:epc:id:sscc:6901234.0000000001", "MATCH_inputEPC=urn:epc:id:sgtin:6901234.056789.A1", "MATCH_outputEPC=urn:epc:id:sgtin:6901234.056789.A1", "MATCH_anyEPC=urn:epc:id:sgtin:6901234.056789.A1",
        "MATCH_epcClass=urn:epc:class:lgtin:6901234.056000.L7", "MATCH_inputEPCClass=urn:epc:class:lgtin:6901234.056000.L7", "MATCH_outputEPCClass=urn:epc:class:lgtin:6901234.056000.L7", "MATCH_anyEPCClass=urn:epc:class:lgtin:6901234.056000.L7", "MATCH_epc=urn:epc:idpat:sgtin:6901234.*.*",
        "GE_quantity=5", "EQ_quantity_KGM=5", "EXISTS_errorDeclaration=true", "GE_errorDeclarationTime=2026-01-01T00:00:00Z", "EQ_errorReason=incorrect_data", "EQ_correctiveEventID=urn:uuid:1",
        "EXISTS_sensorElementList=true", "GE_time=2026-01-01T00:00:00Z", "GE_startTime=2026-01-01T00:00:00Z", "LT_endTime=2026-01-01T00:00:00Z", "EQ_type=Temperature", "EQ_deviceID=urn:example:d", "EQ_dataProcessingMethod=urn:example:m", "EQ_microorganism=urn:example:g", "EQ_chemicalSubstance=urn:example:c",
        "EQ_bizRules=urn:example:r", "EQ_stringValue=s", "EQ_booleanValue=true", "EQ_hexBinaryValue=F0", "EQ_uriValue=urn:example:u", "GE_percRank=5", "GE_value_CEL=5", "LT_minValue_CEL=5", "GE_maxValue_CEL=5", "GE_meanValue_CEL=5", "GE_sDev_CEL=5", "GE_percValue_CEL=5",
        "EQ_ext:a=1", "GE_ext:a=1", "EXISTS_ext:a", "EQ_INNER_ext:a=1", "EQ_ILMD_ext:a=1", "EQ_INNER_ILMD_ext:a=1", "EQ_ERROR_DECLARATION_ext:a=1", "EQ_SENSORELEMENT_ext:a=1", "EQ_SENSORMETADATA_ext:a=1", "EQ_SENSORREPORT_ext:a=1", "EQ_readPoint_ext:a=1", "EQ_bizLocation_ext:a=1",
        "HASATTR_bizLocation=cbvmda:city", "EQATTR_bizLocation_cbvmda:city=Suzhou",
        "EQ_bizStep=packing&EQ_readPoint=urn:epc:id:sgln:6901234.00001.0&EQ_action=ADD", "orderBy=recordTime&EQ_bizStep=packing", "orderBy=recordTime&MATCH_epc=urn:epc:id:sgtin:6901234.056789.A1", "orderBy=recordTime", "orderBy=ext:a", "orderBy=ext:a&EQ_bizStep=packing", "orderBy=ext:a&orderDirection=ASC&MATCH_epc=urn:epc:id:sgtin:6901234.056789.A1",
    ];

    [Theory]
    [InlineData("as we set the planner", "select 1")]
    [InlineData("as the planner is by itself", "set local enable_hashjoin = on; set local enable_mergejoin = on; set local enable_seqscan = on; set local enable_bitmapscan = on")]
    public async Task Every_family_of_parameters_uses_an_index_and_reads_no_share_of_the_store(string name, string settings)
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await Post(system, "/capture", Document(Event("a", "A1")))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted);
        var events = house.Services.GetRequiredService<EventQueries>();
        await house.Services.GetRequiredService<EventIndex>().Reach(Stop);
        var queries = Families.Select(f => (Family: f, Query: Read(f))).ToList();
        await Fill(house.Services.GetRequiredService<NpgsqlDataSource>(), [.. queries.SelectMany(q => q.Query.Conditions).SelectMany(c => c.FoundBy() ?? []).Distinct()]);
        List<string> wrong = [];
        foreach (var (family, query) in queries)
        {
            using var plan = JsonDocument.Parse(await events.Explain(query, settings, Stop));
            var nodes = Nodes(plan.RootElement[0].GetProperty("Plan")).ToList();
            var touched = nodes.Where(n => n.Relation.Length > 0).Sum(n => n.Rows);
            output.WriteLine($"{family}: {touched:#,0} rows; {string.Join(", ", nodes.Where(n => n.Relation.Length > 0).Select(n => $"{n.Type} {n.Relation} {n.Index}"))}");
            if (nodes.Exists(n => n.Type == "Seq Scan" && n.Relation is not ("head" or "followed")) || touched > TouchedMax)
            {
                wrong.Add($"{family}: {touched:#,0} rows, {string.Join(", ", nodes.Select(n => n.Type + " " + n.Relation))}");
            }
        }

        wrong.ShouldBeEmpty(name);
    }

    private static EventQuery Read(string query)
    {
        var read = EventQuery.Read([.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).Select(p => new Clew.Epcis.Asking(p[0], p.Length > 1 ? p[1].Split('|') : [""], ""))], Contexts.Standard);
        read.IsRead.ShouldBeTrue(query + string.Join(", ", read.Findings));
        return read.Value;
    }

    // A store in which each term that is asked for is said by some hundred events, and some by half of all.
    private static async Task Fill(NpgsqlDataSource database, long[] terms)
    {
        await using var connection = await database.OpenConnectionAsync(Stop);
        await using (var some = new NpgsqlCommand("""
            insert into epcis.event select p, timestamptz '2026-01-01' + p * interval '1 minute' from generate_series(1000, 999 + $1) p;
            """, connection) { Parameters = { new() { Value = Events } } })
        {
            await some.ExecuteNonQueryAsync(Stop);
        }

        await using (var postings = new NpgsqlCommand("""
            insert into epcis.posting select t.term, e.happened, e.position
            from unnest($1) with ordinality t (term, n) join epcis.event e on e.position >= 1000 and e.position % (case when t.n % 7 = 0 then 2 else 150 + t.n end) = 0 on conflict do nothing
            """, connection) { Parameters = { new() { Value = terms, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint } } })
        {
            await postings.ExecuteNonQueryAsync(Stop);
        }

        await using (var others = new NpgsqlCommand("insert into epcis.posting select hashint8extended(p * 8 + k, 1), e.happened, e.position from epcis.event e, generate_series(1, 3) k, lateral (select e.position as p) p on conflict do nothing; insert into epcis.sorted select $1, int8send(position * 7919 % 100003), happened, position from epcis.event where position % 3 = 0", connection) { Parameters = { } })
        {
            others.CommandText = others.CommandText.Replace("$1", Read("orderBy=ext:a").FieldOrder!.Term.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            await others.ExecuteNonQueryAsync(Stop);
        }

        // The positions that the index knows end behind them.
        await using var known = new NpgsqlCommand("update head set size = size + 100000 where ledger = 1; update epcis.followed set position = (select size from head where ledger = 1); analyze epcis.event; analyze epcis.posting; analyze epcis.sorted", connection);
        await known.ExecuteNonQueryAsync(Stop);
    }

    private static IEnumerable<(string Type, string Relation, string Index, double Rows)> Nodes(JsonElement plan)
    {
        string Text(string name) => plan.TryGetProperty(name, out var value) ? value.GetString()! : "";
        double Number(string name) => plan.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
        yield return (Text("Node Type"), Text("Relation Name"), Text("Index Name"), (Number("Actual Rows") + Number("Rows Removed by Filter") + Number("Rows Removed by Index Recheck")) * Number("Actual Loops"));
        if (plan.TryGetProperty("Plans", out var inner))
        {
            foreach (var node in inner.EnumerateArray().SelectMany(Nodes))
            {
                yield return node;
            }
        }
    }
}
