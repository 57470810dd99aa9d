using System.Globalization;
using Clew.Ledger;
using Clew.Server.Ledger;
using Clew.Tests.Capture;
using Clew.Tests.Storage;
using Npgsql;

namespace Clew.Tests.Ledger;

/// <summary>What the ledger promises to whoever sends.</summary>
public sealed class LedgerHolds(Ground ground)
{
    [Fact]
    public async Task Positions_have_no_gaps_under_many_senders_and_two_servers()
    {
        await using var company = await Company.Found(ground).Described();
        await using var second = company.Second();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? company : second).Tell(
            $"#{i}a 1.{i} productionCompleted P{i % 7} at plant", $"#{i}b 2.{i} packed P{i % 7} in K{i % 3} at plant", $"#{i % 50}c 3.{i % 50} moved P{i % 7 * 0} at plant")));
        var facts = outcomes.SelectMany(o => o).ToList();
        facts.ShouldAllBe(o => o.Status == FactStatus.Admitted || o.Status == FactStatus.Known);
        facts.Count(o => o.Status == FactStatus.Admitted).ShouldBe(450);
        facts.Where(o => o.Status == FactStatus.Admitted).Select(o => o.Receipt!.Position).ShouldBeUnique();
        var size = Tale.Company.Length + 450;
        (await company.Ask("select count(*), min(position), max(position) from entry")).ShouldBe([$"{size} 0 {size - 1}"]);
        (await company.Ask("select size from head")).ShouldBe([size.ToString(CultureInfo.InvariantCulture)]);
        (await company.Ask("select count(*) from (select recorded_at < lag(recorded_at) over (order by position) as back from entry) e where back")).ShouldBe(["0"]);
        (await Rebuild.Check(company.Database, null, TestContext.Current.CancellationToken)).Difference.ShouldBeNull();
    }

    // A case is packed, and while that is on its way to the disk it is moved: what is in it must be known.
    [Fact]
    public async Task What_is_told_ahead_of_the_disk_is_told_right()
    {
        await using var company = await Company.Found(ground).Described();
        await company.Tell(Enumerable.Range(0, 100).SelectMany(i => new[] { $"#{i}a 1.{i} productionCompleted P{i} at plant", $"#{i}b 1.{i} moved K{i} at plant" }));

        // A server that has none of it on its table.
        await using var second = company.Second();
        await second.Tell("#z 1 productionCompleted P900 at plant");
        var outcomes = new List<Task<IReadOnlyList<FactOutcome>>>();
        for (var i = 0; i < 100; i++)
        {
            outcomes.Add(second.Tell($"#{i}c 2.{i} packed P{i} in K{i} at plant"));
            SpinWait.SpinUntil(() => second.Writer.Waiting == 0);
            outcomes.Add(second.Tell($"#{i}d 3.{i} moved K{i} at plant", $"#{i}a 1.{i} productionCompleted P{i} at plant"));
            outcomes.Add(second.Tell($"#{i}d 3.{i} moved K{i} at plant"));
        }

        var facts = (await Task.WhenAll(outcomes)).SelectMany(o => o).ToList();
        facts.Count(o => o.Status == FactStatus.Admitted).ShouldBe(200);
        facts.Count(o => o.Status == FactStatus.Known).ShouldBe(200);
        (await company.Ask("select count(*) from step where role = 6 and unlearned is null")).ShouldBe(["100"]);
        (await company.Ask("select size from head")).ShouldBe(await company.Ask("select count(*) from entry"));
        (await company.Ask("select size from head")).ShouldBe(await company.Ask("select count(*) from known"));
        (await Rebuild.Check(company.Database, null, TestContext.Current.CancellationToken)).Difference.ShouldBeNull();
    }

    [Fact]
    public async Task The_same_id_gives_the_first_receipt_and_other_content_is_a_conflict()
    {
        await using var company = await Company.Found(ground).Described();
        var first = (await company.Tell("#a 1 productionCompleted P1 at plant"))[0];
        var again = (await company.Tell("#a 1 productionCompleted P1 at plant"))[0];
        (again.Status, again.Receipt!.Position).ShouldBe((FactStatus.Known, first.Receipt!.Position));
        again.Receipt.Leaf.ShouldBe(first.Receipt.Leaf);
        var other = (await company.Tell("#a 1 productionCompleted P2 at plant"))[0];
        (other.Status, other.Findings[0].Code).ShouldBe((FactStatus.Conflict, "id.taken"));
        (await company.Ask("select count(*) from item where instance = 'P2'")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task All_or_nothing_or_each_for_itself()
    {
        await using var company = await Company.Found(ground).Described();
        string[] lines = ["#a 1 productionCompleted P1 at plant", "#b 2 shipped P1 at plant to ward intended", "#c 3 productionCompleted P2 at plant"];
        var json = "[" + string.Join(',', lines.Select(Tale.Json)) + "]";
        (await company.Send(json, behaviour: ErrorBehaviour.Rollback)).ShouldAllBe(o => o.Status == FactStatus.Refused);
        (await company.Ask("select count(*) from item")).ShouldBe(["0"]);
        (await company.Send(json, behaviour: ErrorBehaviour.Proceed)).Select(o => o.Status).ShouldBe([FactStatus.Admitted, FactStatus.Refused, FactStatus.Admitted]);
    }

    [Fact]
    public async Task One_fact_alone_whose_line_is_cut_goes_in_all_the_same()
    {
        await using var company = await Company.Found(ground).Described();
        await using var other = new NpgsqlConnection(company.ConnectionString + ";Pooling=false;ApplicationName=other");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var holding = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("select 1 from ledger.head for update", other);
        await hold.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        var told = company.Tell("#1 1.1 productionCompleted P1 at plant");

        // On a line of its own: within a transaction PostgreSQL shows the same processes again and again.
        await using var killer = new NpgsqlConnection(company.ConnectionString + ";Pooling=false;ApplicationName=killer");
        await killer.OpenAsync(TestContext.Current.CancellationToken);
        await using var kill = new NpgsqlCommand("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = 'clew' and wait_event_type = 'Lock'", killer);

        // First while it goes ahead of its turn, then while it is told under the lock.
        for (var cut = 0L; cut < 2; cut += (long)(await kill.ExecuteScalarAsync(TestContext.Current.CancellationToken))!)
        {
            told.IsCompleted.ShouldBeFalse();
        }

        await holding.RollbackAsync(TestContext.Current.CancellationToken);
        (await told)[0].Status.ShouldBe(FactStatus.Admitted);
    }

    [Fact]
    public async Task A_writer_whose_line_is_cut_loses_nothing_and_repeats_nothing()
    {
        await using var company = await Company.Found(ground).Described();
        await using var killer = new NpgsqlConnection(company.ConnectionString + ";Pooling=false;ApplicationName=killer");
        await killer.OpenAsync(TestContext.Current.CancellationToken);
        var told = Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            await Task.Yield();
            return (await company.Tell($"#{i} 1.{i} productionCompleted P{i} at plant"))[0];
        }));
        var cut = 0;
        while (!told.IsCompleted && cut < 3)
        {
            await using var kill = new NpgsqlCommand("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = 'clew' and state <> 'idle'", killer);
            cut += (long)(await kill.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0 ? 1 : 0;
        }

        var outcomes = await told;
        outcomes.ShouldAllBe(o => o.Receipt != null);
        outcomes.Select(o => o.Receipt!.Position).ShouldBeUnique();
        (await company.Ask("select count(*), max(position) + 1 from entry")).ShouldBe([$"{Tale.Company.Length + 100} {Tale.Company.Length + 100}"]);
        foreach (var outcome in outcomes)
        {
            var (body, leaf) = (await new LedgerQueries(company.Database).Bytes(outcome.Receipt!.Position, TestContext.Current.CancellationToken))!.Value;
            leaf.ShouldBe(outcome.Receipt.Leaf);
            LeafHash.Of(body).ShouldBe(leaf);
        }

        (await Rebuild.Check(company.Database, null, TestContext.Current.CancellationToken)).Difference.ShouldBeNull();
    }

    [Fact]
    public async Task A_swap_gives_the_same_and_the_servers_go_on()
    {
        await using var company = await Company.Found(ground).Described();
        await using var second = company.Second();
        await company.Tell("1 productionCompleted P1 P2 at plant lot M1", "2 componentFitted cell:L1*2 in P1 at plant", "3 packed P1 P2 in K1 at plant");
        await second.Tell("4 recallLockPlaced case R1 lots cell:L1");
        var before = await company.Believed();
        var rebuilt = await Rebuild.Swap(company.Database, null, TestContext.Current.CancellationToken);
        rebuilt.Rows["step"].ShouldBeGreaterThan(0);
        (await company.Believed()).ShouldBe(before);
        (await company.Tell("5 shipped K1 at plant to ward"))[0].Status.ShouldBe(FactStatus.Admitted);
        (await second.Tell("6 received K1 at ward"))[0].Status.ShouldBe(FactStatus.Admitted);
        (await Rebuild.Check(company.Database, null, TestContext.Current.CancellationToken)).Difference.ShouldBeNull();
    }

    [Fact]
    public async Task A_row_that_does_not_follow_from_the_ledger_is_named()
    {
        await using var company = await Company.Found(ground).Described();
        await company.Tell("1 productionCompleted P1 at plant");
        await company.Ask("update step set stage = 12 returning 1");
        var difference = (await Rebuild.Check(company.Database, null, TestContext.Current.CancellationToken)).Difference.ShouldNotBeNull();
        difference.Table.ShouldBe("step");
        difference.Live.ShouldNotBe(difference.Retold);
    }

    [Fact]
    public async Task Every_table_of_a_view_is_told_again()
    {
        await using var company = await Company.Found(ground);
        (await company.Ask($"select tablename from pg_tables where schemaname = any('{{{string.Join(',', Views.Schemas.Select(s => s.Schema))}}}') order by 1")).ShouldBe(Views.Tables.Order(StringComparer.Ordinal));
    }
}
