using System.Security.Cryptography;
using StackExchange.Redis;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Chain.Keys;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Rest;
using Tachyon.Silo.Storage;

namespace Tachyon.Silo.Hosting;

/// <summary>What settings name and files hold: the deployment, the account's key, the data directory.</summary>
internal sealed class SiloParts : IDisposable
{
    private SiloParts(LateEthereumChain chain, AccountSigner account)
    {
        Chain = chain;
        Account = account;
    }

    /// <summary>The chain, which need not answer yet.</summary>
    public LateEthereumChain Chain { get; }

    /// <summary>The operator's account.</summary>
    public AccountSigner Account { get; }

    /// <summary>Opens the files; null when something is wrong, and then the faults say what.</summary>
    public static async Task<SiloParts?> OpenAsync(SiloSettings settings, ICollection<SettingFault> faults, CancellationToken cancellationToken)
    {
        var deployment = await LoadDeploymentAsync(settings.Chain, faults, cancellationToken);
        var account = OpenAccount(settings.Operator, faults);
        CheckDataDirectory(settings.DataDirectory, faults);
        if (OperatorKey.Fault(settings.Gateway.OperatorKeyFile) is { } fault)
        {
            faults.Add(fault);
        }

        await CheckRedisAsync(settings.Storage, faults);
        if (deployment is null || account is null || faults.Count > 0)
        {
            account?.Dispose();
            return null;
        }

        var options = new EthereumChainOptions
        {
            Endpoint = settings.Chain.Endpoint,
            Finality = settings.Chain.Finality,
            RequestTimeout = settings.Chain.RequestTimeout,
        };
        return new SiloParts(new LateEthereumChain(options, deployment), account);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Chain.Dispose();
        Account.Dispose();
    }

    private static async Task<Deployment?> LoadDeploymentAsync(
        ChainSettings settings, ICollection<SettingFault> faults, CancellationToken cancellationToken)
    {
        if (settings.DeploymentFile.Length == 0)
        {
            return null;
        }

        try
        {
            return await Deployment.LoadAsync(settings.DeploymentFile, cancellationToken);
        }
        catch (DeploymentFileException exception)
        {
            faults.Add(new SettingFault("Chain:DeploymentFile", settings.DeploymentFile, exception.Message));
            return null;
        }
    }

    private static AccountSigner? OpenAccount(OperatorSettings settings, ICollection<SettingFault> faults)
    {
        if (settings.KeystoreFile.Length == 0 || settings.PasswordFile.Length == 0)
        {
            return null;
        }

        var setting = "Operator:PasswordFile";
        var file = settings.PasswordFile;
        try
        {
            var password = KeystoreFile.ReadPassword(file);
            (setting, file) = ("Operator:KeystoreFile", settings.KeystoreFile);
            var key = KeystoreFile.Load(file, password);
            try
            {
                return new AccountSigner(key);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }
        catch (KeystoreException exception)
        {
            faults.Add(new SettingFault(setting, file, exception.Message));
            return null;
        }
    }

    private static async Task CheckRedisAsync(StorageSettings settings, ICollection<SettingFault> faults)
    {
        if (settings.Provider != StorageProvider.Redis || RedisConnection.Open(settings, faults) is not { } options || settings.AllowUndurableRedis)
        {
            return;
        }

        try
        {
            await RedisServerCheck.CheckAsync(settings, options, faults);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            faults.Add(new SettingFault(
                "Storage:Redis:ConnectionFile", settings.RedisConnectionFile, $"names a server that cannot be reached: {exception.Message}", MayPass: true));
        }
    }

    private static void CheckDataDirectory(string path, ICollection<SettingFault> faults)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add(new SettingFault("DataDirectory", path, $"cannot be written ({exception.Message})"));
        }
    }
}
