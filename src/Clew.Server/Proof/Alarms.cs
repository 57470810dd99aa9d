using System.Globalization;
using Clew.Identification;
using Clew.Server.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Proof;

/// <summary>Something is otherwise than it was signed or written.</summary>
/// <param name="Position">The first entry that differs; nothing when only the whole does.</param>
public sealed record Alarm(DateTimeOffset FoundAt, string Code, long? Position, string En, string Zh);

/// <summary>What can be found.</summary>
public static class AlarmKinds
{
    /// <summary>The signer did not sign.</summary>
    public static readonly FindingKind Refused = new("audit.refused", Severity.Error,
        "The ledger does not continue what was signed: {0} entries were signed last, and {1} stand there now.", "Do not go on as if nothing were: compare with a copy and with the witnesses, and find out who had access to the database. After a restore that is meant, begin with a new key folder.",
        "账本与已签名的内容不连续：上次签名时有 {0} 条记录，现有 {1} 条。", "请勿继续操作：请与备份及见证方核对，并查明谁访问过数据库。如确为有意恢复备份，请使用新的密钥目录。");

    /// <summary>An entry is missing.</summary>
    public static readonly FindingKind Missing = new("audit.missing", Severity.Error,
        "The entry at position {0} is missing.", "Compare with a copy of the database; receipts and checkpoints from before tell what stood there.",
        "位置 {0} 的记录缺失。", "请与数据库备份核对；此前的回执和检查点可说明原有内容。");

    /// <summary>The bytes of an entry are not those that were hashed.</summary>
    public static readonly FindingKind Altered = new("audit.altered", Severity.Error,
        "The entry at position {0} is not what was recorded: its bytes have another hash.", "Compare with a copy of the database; receipts from before hold the right hash.",
        "位置 {0} 的记录与写入时不同：其字节的哈希值不一致。", "请与数据库备份核对；此前的回执载有正确的哈希值。");

    /// <summary>Entries that are whole each, but not in the tree.</summary>
    public static readonly FindingKind Reordered = new("audit.reordered", Severity.Error,
        "The entries from position {0} to {1} are not those that were recorded there, or not in that order.", "Compare these positions with a copy of the database.",
        "位置 {0} 至 {1} 的记录不是原先写入的内容，或顺序已被改变。", "请将这些位置与数据库备份核对。");

    /// <summary>Entries behind the end.</summary>
    public static readonly FindingKind Beyond = new("audit.beyond", Severity.Error,
        "There is an entry at position {0}, behind the end of the ledger.", "Somebody inserted it past the writer, or took the head back. Compare with a copy of the database.",
        "账本末端之后的位置 {0} 存在记录。", "有人绕过写入程序插入了记录，或回退了账本头。请与数据库备份核对。");

    /// <summary>Not what was signed, though all hashes fit.</summary>
    public static readonly FindingKind Forked = new("audit.forked", Severity.Error,
        "The entries from position {0} to {1} are not those that were signed in the checkpoint of {2} entries.", "All hashes were written anew to fit. Compare these positions with a copy from before {3}.",
        "位置 {0} 至 {1} 的记录与大小为 {2} 的已签名检查点不符。", "所有哈希值均被重写以相吻合。请将这些位置与 {3} 之前的备份核对。");

    /// <summary>A view says what does not follow from the entries.</summary>
    public static readonly FindingKind View = new("audit.view", Severity.Error,
        "The table '{0}' does not say what the entries say, first of the entry at position {1}: live {2}, told again {3}.", "The ledger itself is not touched by this. Tell the views again (clew rebuild), and find out who wrote to the table; if nobody did, report it to us as a fault.",
        "数据表“{0}”与账本记录不一致，首处差异涉及位置 {1} 的记录：现有 {2}，重算为 {3}。", "账本本身未受影响。请重建视图（clew rebuild），并查明谁写入了该表；如无人写入，请作为程序缺陷报告。");

    /// <summary>The tree is not that of the leaves.</summary>
    public static readonly FindingKind Tree = new("audit.tree", Severity.Error,
        "The tree over the first {0} entries is not that of its leaves.", "If the entries are right, tell the tree again: clew rebuild --tree.",
        "前 {0} 条记录的哈希树与其叶节点不符。", "如记录本身无误，请重建哈希树：clew rebuild --tree。");
}

/// <summary>Keeps what was found. Each is kept once, with the time when it was found first.</summary>
public sealed class Alarms(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>As many as anybody reads; behind the first few all is in doubt.</summary>
    public const int ListMax = 100;

    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh");

    /// <summary>Keeps one.</summary>
    public async Task Raise(Finding finding, long? position, CancellationToken ct)
    {
        await using var keep = database.CreateCommand("insert into alarm (found_at, code, position, en, zh) values ($1, $2, $3, $4, $5) on conflict do nothing");
        keep.Parameters.Add(Rows.Of(clock.GetUtcNow().UtcDateTime));
        keep.Parameters.Add(Rows.Of(finding.Code));
        keep.Parameters.Add(new NpgsqlParameter { Value = (object?)position ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        keep.Parameters.Add(Rows.Of(finding.What(CultureInfo.InvariantCulture) + " " + finding.Remedy(CultureInfo.InvariantCulture)));
        keep.Parameters.Add(Rows.Of(finding.What(Chinese) + finding.Remedy(Chinese)));
        await keep.ExecuteNonQueryAsync(ct);
    }

    /// <summary>All, the newest first.</summary>
    public async Task<List<Alarm>> List(CancellationToken ct)
    {
        await using var ask = database.CreateCommand($"select found_at, code, position, en, zh from alarm order by found_at desc, code, position limit {ListMax}");
        await using var row = await ask.ExecuteReaderAsync(ct);
        var all = new List<Alarm>();
        while (await row.ReadAsync(ct))
        {
            all.Add(new Alarm(row.Moment(0), row.GetString(1), row.LongOrNull(2), row.GetString(3), row.GetString(4)));
        }

        return all;
    }
}
