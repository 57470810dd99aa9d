using System.Text.Json;
using Clew.Epcis;
using Clew.Facts;
using Clew.Server.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Integration.Epcis;

/// <summary>Writes the vocabularies of EPCIS: what documents say in their headers, and what our own master data say of products, parties and places.</summary>
internal static class MasterDataView
{
    /// <summary>Tells what these entries say of vocabularies: the last word on an element takes the place of the one before.</summary>
    public static async Task Tell(NpgsqlConnection connection, List<StoredEvent> entries, CancellationToken ct)
    {
        var last = new Dictionary<(string, string), (VocabularyElement Element, long Position)>();
        foreach (var (entry, _, _) in entries)
        {
            if (VocabularyElement.Of(entry.Fact) is { } element)
            {
                last[(element.Vocabulary, element.Name)] = (element, entry.Position);
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        var all = last.Values.ToList();
        await using var batch = new NpgsqlBatch(connection);
        NpgsqlParameter[] Keys() => [Texts(all.ConvertAll(a => a.Element.Vocabulary)), Texts(all.ConvertAll(a => a.Element.Name))];
        void Add(string sql, params NpgsqlParameter[] parameters)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddRange(parameters);
            batch.BatchCommands.Add(command);
        }

        Add("insert into element (vocabulary, name, id, position) select * from unnest($1, $2, $3, $4) on conflict (vocabulary, name) do update set id = excluded.id, position = excluded.position",
            [.. Keys(), Texts(all.ConvertAll(a => a.Element.Id)), Rows.Of(all.ConvertAll(a => a.Position).ToArray())]);
        Add("delete from attribute a using unnest($1, $2) k (vocabulary, name) where a.vocabulary = k.vocabulary and a.name = k.name", Keys());
        Add("delete from child c using unnest($1, $2) k (vocabulary, name) where c.vocabulary = k.vocabulary and c.parent = k.name", Keys());
        var attributes = all.SelectMany(a => a.Element.Attributes, (a, said) => (a.Element, said.Id, said.Value, said.Body)).ToList();
        Add("insert into attribute (vocabulary, name, id, value, body) select v, n, i, t, b::jsonb from unnest($1, $2, $3, $4, $5) x (v, n, i, t, b)",
            Texts(attributes.ConvertAll(a => a.Element.Vocabulary)), Texts(attributes.ConvertAll(a => a.Element.Name)), Texts(attributes.ConvertAll(a => a.Id)), Texts(attributes.ConvertAll(a => a.Value)), Texts(attributes.ConvertAll(a => a.Body)));

        // Ours says of the inner where it is; EPCIS says of the outer what is in it.
        var within = all.Where(a => a.Element.Within is not null).Select(a => a.Element).ToList();
        Add("delete from child c using unnest($1, $2) k (vocabulary, name) where c.vocabulary = k.vocabulary and c.name = k.name", Texts(within.ConvertAll(w => w.Vocabulary)), Texts(within.ConvertAll(w => w.Name)));
        var children = all.SelectMany(a => a.Element.Children, (a, child) => (Parent: a.Element.Name, a.Element.Vocabulary, child.Name, child.Id))
            .Concat(within.Select(w => (Parent: w.Within!, w.Vocabulary, w.Name, w.Id))).Distinct().ToList();
        Add("insert into child (parent, vocabulary, name, id) select * from unnest($1, $2, $3, $4) on conflict do nothing",
            Texts(children.ConvertAll(c => c.Parent)), Texts(children.ConvertAll(c => c.Vocabulary)), Texts(children.ConvertAll(c => c.Name)), Texts(children.ConvertAll(c => c.Id)));
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whether it tells of a vocabulary and is no event.</summary>
    public static bool IsMasterData(EpcisEvent read) => read.TypeName == VocabularyElement.TypeName;

    /// <summary>The names that a condition of a query means.</summary>
    public static async Task<List<string>> Meant(NpgsqlConnection connection, MasterDataAsk ask, int max, CancellationToken ct)
    {
        await using var command = ask.Attribute is null
            ? new NpgsqlCommand("with recursive within (name) as (select n collate \"C\" from unnest($1) n union select c.name from child c join within w on c.parent = w.name) select name from within limit $2", connection) { Parameters = { Texts([.. ask.Values.Select(VocabularyElement.NameOf)]) } }
            : ask.Values.Count == 0
            ? new NpgsqlCommand("select distinct name from attribute where id = $1 limit $2", connection) { Parameters = { new() { Value = VocabularyElement.AttributeOf(ask.Attribute) } } }
            : new NpgsqlCommand("select distinct name from attribute where id = $1 and md5(value) in (select md5(v) from unnest($3) v) and value = any($3) limit $2", connection) { Parameters = { new() { Value = VocabularyElement.AttributeOf(ask.Attribute) } } };
        command.Parameters.Add(new() { Value = max });
        if (ask.Attribute is not null && ask.Values.Count > 0)
        {
            command.Parameters.Add(Texts([.. ask.Values]));
        }

        List<string> names = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            names.Add(row.GetString(0));
        }

        return names;
    }

    private static NpgsqlParameter Texts(List<string> texts) => new NpgsqlParameter<string[]> { TypedValue = [.. texts], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
