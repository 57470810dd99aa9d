using System.Text.Json;
using Clew.Server.Storage;
using Clew.Tests.Storage;
using Npgsql;

namespace Clew.Tests.Web;

/// <summary>Long documents whose server went away while their facts were told.</summary>
public sealed class JobsGoOn(Ground ground)
{
    private const int Facts = 20_000;

    [Theory]
    [InlineData(false)] // it was stopped in order
    [InlineData(true)]  // it died: its lease must run out first
    public async Task The_next_server_finishes_what_the_last_one_began(bool hasDied)
    {
        var (first, connectionString) = await ground.NewDatabase();
        string job;
        await using (var house = await House.Open(first))
        {
            using var system = await house.As("integrator");
            (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
            var facts = string.Join(",\n", Enumerable.Range(0, Facts).Select(i => $$"""{"kind":"productionCompleted","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/J{{i}}"],"place":"gs1:414/6901234000016"}"""));
            var (status, answer) = await system.Say("/capture", $"[{facts}]", behaviour: "proceed");
            status.ShouldBe(202);
            job = answer.GetProperty("id").GetString()!;
            while ((answer = (await system.Ask("/capture/" + job)).Body).GetProperty("progress").GetDouble() == 0)
            {
                answer.GetProperty("state").GetString().ShouldNotBe("finished");
            }
        }

        await using var source = await Database.Open(connectionString, TestContext.Current.CancellationToken);
        (await Ask(source, "select owner from job")).ShouldBe(DBNull.Value);
        (await Ask(source, "select finished_at from job")).ShouldBe(DBNull.Value);
        var size = (long)(await Ask(source, "select count(*) from entry"))!;
        size.ShouldBeInRange(1_000, Facts - 1, "it was in the middle");
        if (hasDied)
        {
            await Ask(source, "update job set owner = 'one who died', lease_until = now() + interval '2 seconds'");
        }

        await using var next = await House.Open(await Database.Open(connectionString, TestContext.Current.CancellationToken));
        using var asking = await next.As("integrator");
        JsonElement told;
        while ((told = (await asking.Ask("/capture/" + job)).Body).GetProperty("state").GetString() != "finished")
        {
            // In one question: a moment later he may be somebody else.
            if (hasDied && await Ask(source, "select (select count(*) from entry) from job where owner = 'one who died' and lease_until > now()") is long entries)
            {
                entries.ShouldBe(size, "somebody else's job is not touched while he may live");
            }
        }

        (told.GetProperty("admitted").GetInt32() + told.GetProperty("known").GetInt32()).ShouldBe(Facts);
        told.GetProperty("refused").GetInt32().ShouldBe(0);
        (await Ask(source, "select count(*) - count(distinct item) from step where kind = (select min(kind) from step where made is not null)")).ShouldBe(0L);
        (await Ask(source, "select count(*) from step where made is not null")).ShouldBe((long)Facts);
    }

    private static async Task<object?> Ask(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
