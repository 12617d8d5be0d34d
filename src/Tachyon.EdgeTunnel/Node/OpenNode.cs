using Microsoft.Extensions.Logging;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>A node with all that it holds, from the key to the data directory's lock. It works once its host runs.</summary>
internal sealed class OpenNode : IAsyncDisposable
{
    private readonly NodeKey _key;
    private readonly NodeRuntime _runtime;

    private OpenNode(NodeKey key, NodeRuntime runtime, INodeRole role, NodeOptions options)
    {
        _key = key;
        _runtime = runtime;
        Role = role;
        Host = new NodeHost(runtime.Parts, options, role);
    }

    /// <summary>Runs the node.</summary>
    public NodeHost Host { get; }

    public INodeRole Role { get; }

    public Address Address => _key.Address;

    public NodeProgress Progress => _runtime.Parts.Progress;

    /// <summary>Opens the key and the data directory, and makes the role of them. What was opened is closed again where something fails.</summary>
    /// <exception cref="KeystoreException">The keystore cannot be used, or the password is another one.</exception>
    /// <exception cref="DataDirectoryException">The directory is in use or cannot be used.</exception>
    /// <exception cref="JournalException">The journal cannot be opened.</exception>
    /// <exception cref="Chain.DeploymentFileException">The deployment file is no deployment.</exception>
    public static async Task<OpenNode> OpenAsync(
        NodeOptions options, string password, Func<NodeParts, INodeRole> roleOf, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(roleOf);

        // Not on the caller's thread: the derivation of a keystore's key is slow on purpose.
        var key = await Task.Run(() => NodeKey.Open(options.KeystorePath, password), cancellationToken);
        NodeRuntime? runtime = null;
        try
        {
            runtime = await NodeRuntime.OpenAsync(options, key, loggerFactory, TimeProvider.System, cancellationToken);
            return new OpenNode(key, runtime, roleOf(runtime.Parts), options);
        }
        catch
        {
            await (runtime?.DisposeAsync() ?? ValueTask.CompletedTask);
            key.Dispose();
            throw;
        }
    }

    /// <summary>Closes all of it. The host must not run any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await Role.DisposeAsync();
        await _runtime.DisposeAsync();
        _key.Dispose();
    }
}
