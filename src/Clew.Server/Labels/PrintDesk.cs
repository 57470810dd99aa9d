using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Clew.Identification;
using Clew.Labels;
using Clew.Server.MasterData;
using Clew.Server.Symbols;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Labels;

/// <summary>How a print job stands.</summary>
public enum PrintState : short
{
    /// <summary>Nothing was sent yet.</summary>
    Waiting,

    /// <summary>Labels go to the printer.</summary>
    Printing,

    /// <summary>The printer or the server went away in the middle; somebody must look which label was the last.</summary>
    Stopped,

    /// <summary>All were sent; somebody must say that they are there.</summary>
    Sent,

    /// <summary>All are there.</summary>
    Confirmed,
}

/// <summary>A printer that takes ZPL.</summary>
/// <param name="DotsPerMm">8, 12 or 24.</param>
/// <param name="Font">A font of the printer: <c>0</c>, or a file such as <c>E:CJK.TTF</c> for Chinese.</param>
public sealed record Printer(string Name, string Host, int Port, int DotsPerMm, string Font);

/// <summary>A label that was sent again.</summary>
public sealed record Reprint(int Place, DateTimeOffset AskedAt, string AskedBy, string Reason);

/// <summary>A print job.</summary>
/// <param name="Printer">Nothing: it is printed in the browser.</param>
/// <param name="Sent">How many labels were sent or confirmed: they go in order, so this is also the place of the last one.</param>
/// <param name="Trouble">Why it stopped.</param>
/// <param name="Attempt">How often it was started.</param>
public sealed record PrintJob(long Number, string Template, string? Printer, PrintState State, int Labels, int Sent, int Confirmed, string? Trouble, int Attempt, DateTimeOffset MadeAt, string MadeBy);

/// <summary>
/// Print jobs: every label has a place of its own and is sent once. After a fault nobody but the operator knows which label came out
/// last; whoever goes on says from which label, and what is thereby sent a second time is on record with the reason.
/// </summary>
public sealed class PrintDesk(NpgsqlDataSource database, Names names, TimeProvider clock, ILogger<PrintDesk> log) : BackgroundService
{
    /// <summary>Labels in one job: a shift of a line, and what one body of JSON holds.</summary>
    public const int LabelsMax = 5_000;

    /// <summary>Jobs that wait for their printer on this server.</summary>
    private const int QueueMax = 256;

    /// <summary>Jobs that print at the same time on this server.</summary>
    private const int AtOnceMax = 16;

    /// <summary>Reprints that an answer lists; the newest.</summary>
    public const int ReprintsMax = 1_000;

    // A printer that takes no byte for so long is out of paper or away; before that its buffer is only full.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int SendBuffer = 8 * 1024;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Channel<long> queue = Channel.CreateBounded<long>(QueueMax);

    /// <summary>Adds a printer, or changes it.</summary>
    public async Task Keep(Printer printer, CancellationToken ct)
    {
        await using var keep = Command("""
            insert into printer (name, host, port, dots_per_mm, font) values ($1, $2, $3, $4, $5)
            on conflict (name) do update set host = excluded.host, port = excluded.port, dots_per_mm = excluded.dots_per_mm, font = excluded.font
            """, printer.Name, printer.Host, printer.Port, printer.DotsPerMm, printer.Font);
        await keep.ExecuteNonQueryAsync(ct);
    }

    /// <summary>All printers; or the one of this name.</summary>
    public async Task<IReadOnlyList<Printer>> Printers(string? name, CancellationToken ct)
    {
        await using var ask = Command("select name, host, port, dots_per_mm, font from printer where $1 = '' or name = $1 order by name limit 1000", name ?? "");
        await using var row = await ask.ExecuteReaderAsync(ct);
        var all = new List<Printer>();
        while (await row.ReadAsync(ct))
        {
            all.Add(new Printer(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetString(4)));
        }

        return all;
    }

    /// <summary>Makes a job, all of whose labels can be printed. The same request again is answered with the same job.</summary>
    public async Task<Reading<long>> Make(string sender, string request, LabelTemplate template, string? printer, IReadOnlyList<string> data, CancellationToken ct)
    {
        var register = await names.Current(ct);
        var findings = new List<Finding>();
        var carried = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < data.Count && findings.Count < 100; i++)
        {
            var label = Drawn(template, data[i], register);
            if (label.IsRead && !carried.Add(label.Value.Carrier.Symbol.Text))
            {
                findings.Add(new Finding(PrintFindings.Twice, string.Create(CultureInfo.InvariantCulture, $"/labels/{i}"), data[i]));
            }

            findings.AddRange(label.IsRead ? [] : label.Findings.Select(f => f with { Path = string.Create(CultureInfo.InvariantCulture, $"/labels/{i}") }));
        }

        if (printer is not null && (await Printers(printer, ct)).Count == 0)
        {
            findings.Add(new Finding(PrintFindings.NoPrinter, "/printer", printer));
        }

        if (findings.Count > 0)
        {
            return Reading<long>.Wrong(findings);
        }

        var content = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [template.Word, printer ?? "", .. data])));
        await using var make = database.CreateCommand("""
            with job as (
                insert into print_job (request, sender, content, template, printer, labels, made_at) values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (sender, request) do nothing
                returning number
            ), label as (
                insert into print_label (job, place, data) select number, d.place, d.data from job, unnest($8) with ordinality d (data, place)
            )
            select number from job
            """);
        foreach (var value in (object[])[request, sender, content, template.Word])
        {
            make.Parameters.Add(new() { Value = value });
        }

        make.Parameters.Add(new() { Value = (object?)printer ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        make.Parameters.Add(new() { Value = data.Count });
        make.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        make.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. data] });
        if (await make.ExecuteScalarAsync(ct) is long made)
        {
            return Reading<long>.Of(made);
        }

        await using var known = Command("select number from print_job where sender = $1 and request = $2 and content = $3", sender, request, content);
        return await known.ExecuteScalarAsync(ct) is long before ? Reading<long>.Of(before) : Reading<long>.Wrong(new Finding(PrintFindings.OtherJob, "/id", request));
    }

    /// <summary>How a job stands, or nothing.</summary>
    public async Task<PrintJob?> Find(long number, CancellationToken ct) => await Jobs("number = $1", number, ct) is [var job] ? job : null;

    /// <summary>The newest jobs.</summary>
    public Task<IReadOnlyList<PrintJob>> Newest(int count, CancellationToken ct) => Jobs("number in (select number from print_job order by number desc limit $1)", count, ct);

    /// <summary>What was sent again.</summary>
    public async Task<IReadOnlyList<Reprint>> Reprints(long number, CancellationToken ct)
    {
        await using var ask = Command("select place, asked_at, asked_by, reason from print_again where job = $1 order by asked_at desc, place limit $2", number, ReprintsMax);
        await using var row = await ask.ExecuteReaderAsync(ct);
        var all = new List<Reprint>();
        while (await row.ReadAsync(ct))
        {
            all.Add(new Reprint(row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3)));
        }

        return all;
    }

    /// <summary>Labels of a job as they will look, from this place on.</summary>
    public async Task<IReadOnlyList<(int Place, Label Label)>> Sheet(PrintJob job, int from, int count, CancellationToken ct)
    {
        var register = await names.Current(ct);
        await using var ask = Command("select place, data from print_label where job = $1 and place >= $2 order by place limit $3", job.Number, from, count);
        await using var row = await ask.ExecuteReaderAsync(ct);
        var labels = new List<(int, Label)>();
        while (await row.ReadAsync(ct))
        {
            labels.Add((row.GetInt32(0), Drawn(LabelTemplate.Find(job.Template)!, row.GetString(1), register).Value));
        }

        return labels;
    }

    /// <summary>Starts a job, or goes on from this label after a fault; what is wrong with that, or nothing.</summary>
    /// <param name="from">The first label that is not there. Labels before it are; those from it on that were sent are sent again.</param>
    /// <param name="attempt">Which start of the job the caller has seen. Whoever pressed twice, or later than somebody else, has seen another one.</param>
    public async Task<Finding?> Print(long number, int? from, int? attempt, string? reason, string by, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Do(connection, "select 1 from print_job where number = $1 for update", ct, number);
        var now = clock.GetUtcNow().UtcDateTime;

        // A server that went away in the middle leaves its lease behind.
        await Do(connection, "update print_job set state = 2 where number = $1 and state = 1 and lease < $2", ct, number, now);
        await using var ask = new NpgsqlCommand("select j.attempt, j.state, j.printer, count(*) filter (where l.state > 0), count(*) filter (where l.state = 2), j.labels from print_job j join print_label l on l.job = j.number where j.number = $1 group by j.number", connection) { Parameters = { new() { Value = number } } };
        PrintState state;
        bool isBrowser;
        int started, sent, confirmed, labels;
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            (started, state, isBrowser, sent, confirmed, labels) = (row.GetInt32(0), (PrintState)row.GetInt16(1), row.IsDBNull(2), (int)row.GetInt64(3), (int)row.GetInt64(4), row.GetInt32(5));
        }

        if (state == PrintState.Printing || state == PrintState.Confirmed)
        {
            return new Finding(PrintFindings.NotNow, "", number.ToString(CultureInfo.InvariantCulture), state.ToString().ToLowerInvariant());
        }

        // Only a job of which nothing was sent starts by itself.
        if (from is null && sent > 0)
        {
            return new Finding(PrintFindings.FromWhich, "/from", sent.ToString(CultureInfo.InvariantCulture));
        }

        if (from is not null && attempt != started)
        {
            return new Finding(PrintFindings.Attempt, "/attempt", number.ToString(CultureInfo.InvariantCulture), started.ToString(CultureInfo.InvariantCulture), attempt?.ToString(CultureInfo.InvariantCulture) ?? "-");
        }

        var first = from ?? 1;
        if (first <= confirmed || first > sent + 1 || first > labels)
        {
            return new Finding(PrintFindings.From, "/from", first.ToString(CultureInfo.InvariantCulture), (confirmed + 1).ToString(CultureInfo.InvariantCulture), Math.Min(sent + 1, labels).ToString(CultureInfo.InvariantCulture));
        }

        if (first <= sent && string.IsNullOrWhiteSpace(reason))
        {
            return new Finding(PrintFindings.Reason, "/reason");
        }

        await Do(connection, "update print_label set state = 2 where job = $1 and place < $2 and state = 1", ct, number, first);
        await Do(connection, "insert into print_again (job, place, asked_at, asked_by, reason) select job, place, $3, $4, $5 from print_label where job = $1 and place >= $2 and state = 1", ct, number, first, now, by, reason ?? "");
        await Do(connection, "update print_label set state = $3, sent_at = $4 where job = $1 and place >= $2", ct, number, first, (short)(isBrowser ? 1 : 0), now);
        await Do(connection, "update print_job set state = $2, lease = $3, trouble = null, attempt = attempt + 1 where number = $1", ct, number, (short)(isBrowser ? PrintState.Sent : PrintState.Printing), now + (2 * Patience));
        if (!isBrowser && !queue.Writer.TryWrite(number))
        {
            return new Finding(PrintFindings.Busy, "");
        }

        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>Somebody has seen that all labels are there.</summary>
    public async Task<Finding?> Confirm(long number, CancellationToken ct)
    {
        await using var confirm = Command("""
            with job as (update print_job set state = 4 where number = $1 and state in (2, 3) and not exists (select 1 from print_label where job = $1 and state = 0) returning number)
            update print_label set state = 2 where job in (select number from job)
            """, number);
        if (await confirm.ExecuteNonQueryAsync(ct) > 0)
        {
            return null;
        }

        var job = await Find(number, ct);
        return job?.State == PrintState.Confirmed ? null : new Finding(PrintFindings.NotNow, "", number.ToString(CultureInfo.InvariantCulture), job?.State.ToString().ToLowerInvariant() ?? "");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Printers do not wait for each other.
        await Parallel.ForEachAsync(queue.Reader.ReadAllAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = stoppingToken }, async (number, ct) =>
        {
            try
            {
                await Send(number, ct);
                await Settle(number, PrintState.Sent, "", ct);
            }
            catch (Exception e) when (e is IOException or SocketException or NpgsqlException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                log.LogWarning("Print job {Number} stopped: {Trouble}", number, e.Message);
                await Settle(number, PrintState.Stopped, e.Message, ct);
            }
        });
    }

    private async Task Send(long number, CancellationToken ct)
    {
        // The transaction that started it may commit a moment after it was queued.
        await using (var settled = Command("select 1 from print_job where number = $1 for update", number))
        {
            await settled.ExecuteScalarAsync(ct);
        }

        if (await Find(number, ct) is not { State: PrintState.Printing, Printer: { } name } job)
        {
            return;
        }

        var printer = (await Printers(name, ct))[0];
        // What waits on this side when the line breaks counts as sent and is asked for: a few labels, not megabytes of them.
        using var client = new TcpClient { SendBufferSize = SendBuffer };
        using (var connecting = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            connecting.CancelAfter(Patience);
            await client.ConnectAsync(printer.Host, printer.Port, connecting.Token);
        }

        await using var stream = client.GetStream();
        for (var next = job.Sent + 1; next <= job.Labels;)
        {
            var sheet = await Sheet(job, next, 100, ct);
            foreach (var (place, label) in sheet)
            {
                // Marked first, and only if nobody else has: between the mark and the byte a label can be lost, and is then asked for.
                await using var mark = Command("""
                    with job as (update print_job set lease = $3 where number = $1 and state = 1 returning number)
                    update print_label set state = 1, sent_at = $4 where job in (select number from job) and place = $2 and state = 0
                    """, number, place, clock.GetUtcNow().UtcDateTime + (2 * Patience), clock.GetUtcNow().UtcDateTime);
                if (await mark.ExecuteNonQueryAsync(ct) == 0)
                {
                    throw new IOException("Somebody else prints this job.");
                }

                using var sending = CancellationTokenSource.CreateLinkedTokenSource(ct);
                sending.CancelAfter(Patience);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(label.ToZpl(printer.DotsPerMm, printer.Font)), sending.Token);
            }

            next += sheet.Count;
        }

        // A printer that breaks the line now has not taken all; one that merely keeps it open has.
        client.Client.Shutdown(SocketShutdown.Send);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(Farewell);
        try
        {
            var rest = new byte[1024];
            while (await stream.ReadAsync(rest, waiting.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
        }
    }

    private async Task Settle(long number, PrintState state, string trouble, CancellationToken ct)
    {
        await using var settle = Command("update print_job set state = $2, trouble = nullif($3, ''), lease = null where number = $1 and state = 1", number, (short)state, trouble);
        await settle.ExecuteNonQueryAsync(ct);
    }

    private Reading<Label> Drawn(LabelTemplate template, string data, Clew.MasterData.Register register)
    {
        var named = Identity.Read(data);
        var description = named.IsRead ? register.FindProduct(named.Value.Product)?.Description : null;
        return Label.Of(template, data, description?.NameZh ?? "", description?.NameEn ?? "", DateOnly.FromDateTime(clock.GetLocalNow().DateTime), Qr.Encode);
    }

    private async Task<IReadOnlyList<PrintJob>> Jobs(string which, object argument, CancellationToken ct)
    {
        await using var ask = Command($"""
            select j.number, j.template, j.printer, j.state, j.labels, count(l.place) filter (where l.state > 0), count(l.place) filter (where l.state = 2), j.trouble, j.attempt, j.made_at, j.sender
            from print_job j
            join print_label l on l.job = j.number
            where {which}
            group by j.number
            order by j.number desc
            """, argument);
        await using var row = await ask.ExecuteReaderAsync(ct);
        var jobs = new List<PrintJob>();
        while (await row.ReadAsync(ct))
        {
            jobs.Add(new PrintJob(row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), (PrintState)row.GetInt16(3), row.GetInt32(4), (int)row.GetInt64(5), (int)row.GetInt64(6), row.IsDBNull(7) ? null : row.GetString(7), row.GetInt32(8), row.GetFieldValue<DateTimeOffset>(9), row.GetString(10)));
        }

        return jobs;
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }

    private static async Task Do(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(ct);
    }
}
