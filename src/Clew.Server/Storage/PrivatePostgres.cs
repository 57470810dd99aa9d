using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Clew.Server.Storage;

/// <summary>
/// A PostgreSQL of our own: found among the installed binaries, its cluster in the user's data folder, reachable only through a
/// socket in a folder that nobody else may enter. It starts with us and stops with us, however we end.
/// </summary>
/// <remarks>
/// A shell stands between us and the server and holds one end of a pipe: when we die, even by <c>kill -9</c>, the pipe closes and
/// the shell shuts the server down in order. When the server dies, we start it again, and it recovers from its log.
/// PostgreSQL refuses to run as root, so as root we start it under an unprivileged user.
/// </remarks>
public sealed class PrivatePostgres : IAsyncDisposable
{
    /// <summary>The oldest major version whose SQL we use.</summary>
    public const int MajorMin = 15;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(30);

    private readonly string folder;
    private readonly string binaries;
    private readonly string? runAs;
    private readonly FileStream ownership;
    private Process? guard;
    private volatile bool stopping;

    private PrivatePostgres(string folder, string binaries, string? runAs, FileStream ownership)
    {
        this.folder = folder;
        this.binaries = binaries;
        this.runAs = runAs;
        this.ownership = ownership;
    }

    private string Cluster => Path.Combine(folder, "cluster");

    private string Sockets => Path.Combine(folder, "socket");

    private string LogFile => Path.Combine(folder, "postgres.log");

    /// <summary>How to reach the database of this name; create it with <see cref="Ensure"/> first.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = Sockets,
        Username = "clew",
        Database = database,
        MaxPoolSize = 40,
    }.ConnectionString;

    /// <summary>Where data lies when nobody says otherwise: the user's data folder; for root, a folder that an unprivileged user can enter.</summary>
    public static string DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable("CLEW_DATA") is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        return IsRoot() ? "/var/lib/clew" : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "clew");
    }

    /// <summary>Starts the server in this folder, makes its cluster first if there is none, and takes over one that outlived its owner.</summary>
    /// <exception cref="StorageException">With what to do, when it cannot be.</exception>
    public static async Task<PrivatePostgres> Start(string folder, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new StorageException("On Windows, start PostgreSQL yourself and name it: clew serve --database \"Host=localhost;Username=…;Password=…;Database=clew\".");
        }

        var binaries = FindBinaries() ?? throw new StorageException(
            $"No PostgreSQL {MajorMin} or newer was found. Install it (Debian: apt-get install postgresql), or name the folder of its binaries in CLEW_POSTGRES_BIN, or name a running server: clew serve --database \"Host=…\".");
        var runAs = IsRoot() ? UnprivilegedUser() : null;

        // A socket's path must fit into 107 bytes (sun_path).
        if (System.Text.Encoding.UTF8.GetByteCount(Path.Combine(folder, "socket", ".s.PGSQL.5432")) > 107)
        {
            throw new StorageException($"The folder {folder} is too deep for a socket. Choose a shorter one with CLEW_DATA.");
        }

        Directory.CreateDirectory(folder);
        var server = new PrivatePostgres(folder, binaries, runAs, Own(folder));
        try
        {
            await server.Prepare(ct);
            await server.Run(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the database if it is not there.</summary>
    public async Task Ensure(string database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = database } } };
        if (await exists.ExecuteScalarAsync(ct) is null)
        {
            await using var create = new NpgsqlCommand($"create database \"{database.Replace("\"", "", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>Stops the server in order and lets the folder go.</summary>
    public async ValueTask DisposeAsync()
    {
        stopping = true;
        if (guard is { HasExited: false } running)
        {
            running.StandardInput.Close();
            using var patience = new CancellationTokenSource(StopMax);
            try
            {
                await running.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                running.Kill(entireProcessTree: true);
            }
        }
        else
        {
            // One that we took over has no guard of ours.
            await Signal("INT");
        }

        guard?.Dispose();
        await ownership.DisposeAsync();
    }

    private static FileStream Own(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new StorageException($"Another Clew is running on {folder}. Stop it, or choose another folder with CLEW_DATA.");
        }
    }

    private async Task Prepare(CancellationToken ct)
    {
        // The unprivileged user owns the folder, nobody else may enter it.
        await Must("/bin/sh", ["-c", runAs is null ? "mkdir -p \"$0/socket\" && chmod 700 \"$0\" \"$0/socket\"" : $"mkdir -p \"$0/socket\" && chown -R {runAs}: \"$0\" && chmod 700 \"$0\" \"$0/socket\"", folder], ct);
        if (!File.Exists(Path.Combine(Cluster, "PG_VERSION")))
        {
            if (Directory.Exists(Cluster))
            {
                Directory.Delete(Cluster, recursive: true);
            }

            var (program, arguments) = AsUser([Path.Combine(binaries, "initdb"), "-D", Cluster, "-U", "clew", "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums", "--no-instructions"]);
            await Must(program, arguments, ct);
        }
    }

    private async Task Run(CancellationToken ct)
    {
        if (!await Answers(ct))
        {
            Launch();
        }

        var clock = Stopwatch.StartNew();
        while (!await Answers(ct))
        {
            if (guard is { HasExited: true })
            {
                // A server killed a moment ago may still hold its memory; it lets go within seconds.
                if (clock.Elapsed > TimeSpan.FromSeconds(10))
                {
                    throw new StorageException($"PostgreSQL does not start. The end of {LogFile}:\n{LogEnd()}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
                Launch();
            }
            else if (clock.Elapsed > StartMax)
            {
                throw new StorageException($"PostgreSQL did not answer within {StartMax.TotalSeconds} s. The end of {LogFile}:\n{LogEnd()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), ct);
        }

        if (guard is not null)
        {
            guard.EnableRaisingEvents = true;
            guard.Exited += (_, _) => Revive();
        }
    }

    private void Revive()
    {
        if (!stopping)
        {
            _ = Task.Run(() => Run(CancellationToken.None));
        }
    }

    private void Launch()
    {
        var log = new FileInfo(LogFile);
        if (log.Exists && log.Length > 16 << 20)
        {
            log.Delete();
        }

        var memory = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20 >> 3, 128, 4096);
        string[] settings =
        [
            "listen_addresses=", $"unix_socket_directories={Sockets}", "unix_socket_permissions=0700", "max_connections=100",
            $"shared_buffers={memory}MB", "work_mem=64MB", "maintenance_work_mem=256MB", "max_wal_size=4GB", "checkpoint_timeout=15min", "wal_compression=lz4",
            "jit=off", "random_page_cost=1.1", "effective_io_concurrency=64", "default_toast_compression=lz4", "log_min_messages=warning", "timezone=UTC",
        ];
        var (program, arguments) = AsUser(
        [
            "/bin/sh", "-c",
            "exec 3<&0; \"$@\" <&- 3<&- & p=$!; (cat <&3 >/dev/null; kill -INT $p) & c=$!; wait $p; e=$?; kill $c 2>/dev/null; exit $e",
            "clew-postgres", Path.Combine(binaries, "postgres"), "-D", Cluster, .. settings.SelectMany(s => new[] { "-c", s }),
        ]);

        // In a session of its own, so that Ctrl-C reaches us and not the server: we stop it when we are done with it.
        guard?.Dispose();
        guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec setsid \"$@\" >>\"$0\" 2>&1", LogFile, program, .. arguments])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        }) ?? throw new StorageException("PostgreSQL could not be started.");
    }

    private async Task<bool> Answers(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task Signal(string signal)
    {
        try
        {
            var pid = (await File.ReadAllLinesAsync(Path.Combine(Cluster, "postmaster.pid")))[0];
            using var kill = Process.Start("/bin/sh", ["-c", "kill -s \"$0\" \"$1\" 2>/dev/null; for i in $(seq 100); do kill -0 \"$1\" 2>/dev/null || break; sleep 0.1; done", signal, pid]);
            await kill.WaitForExitAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            // No pid file: nothing runs.
        }
    }

    private (string Program, string[] Arguments) AsUser(string[] command) => runAs is null
        ? (command[0], command[1..])
        : File.Exists("/usr/bin/setpriv")
            ? ("/usr/bin/setpriv", ["--reuid", runAs, "--regid", runAs, "--clear-groups", .. command])
            : ("runuser", ["-u", runAs, "--", .. command]);

    private async Task Must(string program, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        using var process = Process.Start(start) ?? throw new StorageException($"{program} could not be started.");
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new StorageException($"{program} failed in {folder}: {await errors} {await output}".Trim());
        }
    }

    private string LogEnd()
    {
        try
        {
            return string.Join('\n', File.ReadLines(LogFile).TakeLast(20));
        }
        catch (IOException)
        {
            return "(no log)";
        }
    }

    private static string? FindBinaries()
    {
        if (Environment.GetEnvironmentVariable("CLEW_POSTGRES_BIN") is { Length: > 0 } named)
        {
            return named;
        }

        string[] roots = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local/pgsql", "/Applications/Postgres.app/Contents/Versions"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(roots.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Select(d => Path.Combine(d, "bin")))
            .Append("/usr/local/pgsql/bin");
        return folders
            .Where(f => File.Exists(Path.Combine(f, "postgres")) && File.Exists(Path.Combine(f, "initdb")))
            .Select(f => (Folder: f, Major: Major(f)))
            .Where(f => f.Major >= MajorMin)
            .OrderByDescending(f => f.Major)
            .Select(f => f.Folder)
            .FirstOrDefault();
    }

    private static int Major(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "postgres"), ["--version"]) { RedirectStandardOutput = true });
        var version = process?.StandardOutput.ReadToEnd() ?? "";
        var digits = new string([.. version.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
    }

    private static string UnprivilegedUser()
    {
        var users = File.Exists("/etc/passwd") ? File.ReadAllLines("/etc/passwd") : [];
        return new[] { "postgres", "nobody" }.FirstOrDefault(u => users.Any(l => l.StartsWith(u + ":", StringComparison.Ordinal)))
            ?? throw new StorageException("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'. Start Clew as an ordinary user.");
    }

    private static bool IsRoot() => !OperatingSystem.IsWindows() && geteuid() == 0;

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();
}

/// <summary>The store cannot be used; the message says what to do.</summary>
public sealed class StorageException(string message) : Exception(message);
