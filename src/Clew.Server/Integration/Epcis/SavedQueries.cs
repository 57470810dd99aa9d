using System.Text.Json;
using Clew.Access;
using Clew.Epcis;
using Clew.Identification;
using Clew.Server.Access;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Integration.Epcis;

/// <summary>A query that has a name.</summary>
/// <param name="Query">As it was sent.</param>
public sealed record SavedQuery(string Name, JsonElement Query, string Owner, DateTimeOffset CreatedAt);

/// <summary>Queries by their names. What somebody outside saves, only they see.</summary>
public sealed class SavedQueries(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>What came of saving.</summary>
    public enum Outcome
    {
        /// <summary>It is there.</summary>
        Saved,

        /// <summary>Another has the name.</summary>
        Taken,

        /// <summary>The owner has too many.</summary>
        TooMany,
    }

    /// <summary>The query that a saved body says; with what is wrong in it where the body has it.</summary>
    public static Reading<EventQuery> Read(JsonElement body, out Contexts contexts) => EventQuery.Read(Parameters(body, out contexts), contexts);

    /// <summary>The parameters of a saved body. A value may be a list or one; presence is asked with anything but false.</summary>
    public static List<Asking> Parameters(JsonElement body, out Contexts contexts)
    {
        contexts = Contexts.Standard;
        List<Asking> parameters = [];
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name == "@context")
            {
                contexts = contexts.With(ContextOf(member.Value));
                continue;
            }

            var isPresence = member.Name.StartsWith("EXISTS_", StringComparison.Ordinal);
            string[] values = member.Value.ValueKind switch
            {
                JsonValueKind.Array => [.. member.Value.EnumerateArray().Select(v => v.ToString())],
                JsonValueKind.False when isPresence => ["false"],
                _ when isPresence => ["true"],
                JsonValueKind.Null => [],
                JsonValueKind.True or JsonValueKind.False => [member.Value.GetBoolean() ? "true" : "false"],
                _ => [member.Value.ToString()],
            };
            parameters.Add(new Asking(member.Name, values, "/query/" + member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));
        }

        return parameters;
    }

    /// <summary>Saves a query under a name that nobody has.</summary>
    public async Task<Outcome> Save(string name, JsonElement query, Caller caller, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand("insert into saved_query (name, owner, created_at, body) select $1, $2, $3, $4 where (select count(*) from saved_query where owner = $2) < $5 on conflict do nothing");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = caller.Name });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = query.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = max });
        if (await command.ExecuteNonQueryAsync(ct) == 1)
        {
            return Outcome.Saved;
        }

        await using var taken = database.CreateCommand("select 1 from saved_query where name = $1");
        taken.Parameters.Add(new() { Value = name });
        return await taken.ExecuteScalarAsync(ct) is null ? Outcome.TooMany : Outcome.Taken;
    }

    /// <summary>A query; nothing when there is none that this caller may see.</summary>
    public async Task<SavedQuery?> Find(string name, Caller caller, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select name, body, owner, created_at from saved_query where name = $1 and ($2 or owner = $3)");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = !caller.IsOutside });
        command.Parameters.Add(new() { Value = caller.Name });
        return (await Read(command, ct)).FirstOrDefault();
    }

    /// <summary>Queries in the order of their names, from one on.</summary>
    public async Task<List<SavedQuery>> List(Caller caller, string after, int max, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select name, body, owner, created_at from saved_query where name > $1 and ($2 or owner = $3) order by name limit $4");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = !caller.IsOutside });
        command.Parameters.Add(new() { Value = caller.Name });
        command.Parameters.Add(new() { Value = max });
        return await Read(command, ct);
    }

    /// <summary>Forgets a query. False when there is none that this caller may drop.</summary>
    public async Task<bool> Drop(string name, Caller caller, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from saved_query where name = $1 and ($2 or owner = $3)");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = caller.May(Deed.Inspect) || caller.May(Deed.Administer) });
        command.Parameters.Add(new() { Value = caller.Name });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private static async Task<List<SavedQuery>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        List<SavedQuery> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            using var body = JsonDocument.Parse(row.GetString(1));
            found.Add(new SavedQuery(row.GetString(0), body.RootElement.Clone(), row.GetString(2), new DateTimeOffset(row.GetDateTime(3))));
        }

        return found;
    }

    private static Node ContextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => new Items([.. value.EnumerateArray().Select(ContextOf)]),
        JsonValueKind.Object => new Group([.. value.EnumerateObject().Select(m => new Member(new Name(m.Name), ContextOf(m.Value)))]),
        _ => new Text(value.ToString()),
    };
}
