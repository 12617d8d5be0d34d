using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Base of what the runtime throws.</summary>
    [GenerateSerializer, Alias("Orleans.Runtime.OrleansException")]
    public class OrleansException : Exception
    {
        public OrleansException() : base("Unexpected error.")
        {
        }

        public OrleansException(string message) : base(message)
        {
        }

        public OrleansException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>A request was refused before it ran.</summary>
    [GenerateSerializer, Alias("Orleans.Runtime.OrleansMessageRejectionException")]
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message) : base(message)
        {
        }

        internal OrleansMessageRejectionException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>The silo that a request went to, or came from, is gone: whether it ran is unknown.</summary>
    [GenerateSerializer, Alias("Orleans.Runtime.SiloUnavailableException")]
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException() : base("SiloUnavailableException")
        {
        }

        public SiloUnavailableException(string msg) : base(msg)
        {
        }

        public SiloUnavailableException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.Runtime.ClientNotAvailableException")]
    public sealed class ClientNotAvailableException : OrleansException
    {
        internal ClientNotAvailableException(GrainId clientId) : base($"No activation for client {clientId}")
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.Runtime.LimitExceededException")]
    public sealed class LimitExceededException : OrleansException
    {
        public LimitExceededException() : base("Limit exceeded")
        {
        }

        public LimitExceededException(string message) : base(message)
        {
        }

        public LimitExceededException(string message, Exception innerException) : base(message, innerException)
        {
        }

        public LimitExceededException(string limitName, int current, int threshold, object extraInfo)
            : base($"Limit exceeded {limitName} Current={current} Threshold={threshold} {extraInfo}")
        {
        }
    }

    /// <summary>What was configured cannot work.</summary>
    [GenerateSerializer, Alias("Orleans.Runtime.OrleansConfigurationException")]
    public sealed class OrleansConfigurationException : Exception
    {
        public OrleansConfigurationException(string message) : base(message)
        {
        }

        public OrleansConfigurationException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.Runtime.OrleansLifecycleCanceledException")]
    public sealed class OrleansLifecycleCanceledException : OrleansException
    {
        internal OrleansLifecycleCanceledException(string message) : base(message)
        {
        }

        internal OrleansLifecycleCanceledException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.Runtime.GrainExtensionNotInstalledException")]
    public sealed class GrainExtensionNotInstalledException : OrleansException
    {
        public GrainExtensionNotInstalledException() : base("GrainExtensionNotInstalledException")
        {
        }

        public GrainExtensionNotInstalledException(string message) : base(message)
        {
        }

        public GrainExtensionNotInstalledException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.Runtime.EnumerationAbortedException")]
    public sealed class EnumerationAbortedException : Exception
    {
        public EnumerationAbortedException()
        {
        }

        public EnumerationAbortedException(string message) : base(message)
        {
        }

        public EnumerationAbortedException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>An exception whose type cannot cross the boundary as itself.</summary>
    [GenerateSerializer, Alias("Orleans.Runtime.WrappedException")]
    public class WrappedException(string message) : OrleansException(message)
    {
        [Id(0)]
        public string? OriginalExceptionType { get; set; }

        [DoesNotReturn]
        public static void CreateAndRethrow(Exception exception)
        {
            ArgumentNullException.ThrowIfNull(exception);
            throw exception is AggregateException or WrappedException
                ? exception
                : new WrappedException(exception.Message) { OriginalExceptionType = exception.GetType().FullName };
        }

        public override string ToString() => $"{nameof(WrappedException)} OriginalType: {OriginalExceptionType}, Message: {Message}";
    }
}

namespace Orleans.Runtime.Messaging
{
    /// <summary>A client reaches no gateway of its cluster.</summary>
    [GenerateSerializer, Alias("Orleans.Runtime.Messaging.ConnectionFailedException")]
    public class ConnectionFailedException : OrleansException
    {
        public ConnectionFailedException()
        {
        }

        public ConnectionFailedException(string message) : base(message)
        {
        }

        public ConnectionFailedException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>The stored etag is not the one that the writer had read: another activation has written.</summary>
    [GenerateSerializer, Alias("Orleans.Storage.InconsistentStateException")]
    public class InconsistentStateException : OrleansException
    {
        public InconsistentStateException()
        {
        }

        public InconsistentStateException(string message) : base(message)
        {
        }

        public InconsistentStateException(string message, Exception? innerException) : base(message, innerException!)
        {
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
            : base(errorMsg, storageException!)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : this(errorMsg, storedEtag, currentEtag, null)
        {
        }

        public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
            : this(storageException.Message, storedEtag, currentEtag, storageException)
        {
        }

        /// <summary>True until it has deactivated the activation that it arose in; callers are not deactivated by it.</summary>
        [Id(0)]
        internal bool IsSourceActivation { get; set; } = true;

        [Id(1)]
        public string? StoredEtag { get; private set; }

        [Id(2)]
        public string? CurrentEtag { get; private set; }

        public override string ToString() =>
            $"InconsistentStateException: {Message} Expected Etag={StoredEtag} Received Etag={CurrentEtag} {InnerException}";
    }

    /// <summary>A storage provider was named that is not registered, or is set up wrongly.</summary>
    [GenerateSerializer, Alias("Orleans.Storage.BadProviderConfigException")]
    public sealed class BadProviderConfigException : OrleansException
    {
        public BadProviderConfigException()
        {
        }

        public BadProviderConfigException(string msg) : base(msg)
        {
        }

        public BadProviderConfigException(string msg, Exception exc) : base(msg, exc)
        {
        }
    }
}

namespace Orleans.Serialization
{
    [GenerateSerializer, Alias("Orleans.Serialization.SerializerException")]
    public class SerializerException : Exception
    {
        public SerializerException()
        {
        }

        public SerializerException(string message) : base(message)
        {
        }

        public SerializerException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>A type was met that cannot be serialised.</summary>
    [GenerateSerializer, Alias("Orleans.Serialization.CodecNotFoundException")]
    public sealed class CodecNotFoundException(string message) : SerializerException(message);

    /// <summary>Stands for an exception whose own type cannot cross the boundary.</summary>
    public sealed class UnavailableExceptionFallbackException : Exception
    {
        public UnavailableExceptionFallbackException()
        {
        }

        public UnavailableExceptionFallbackException(string message, Exception innerException) : base(message, innerException)
        {
        }

        public Dictionary<string, object?> Properties { get; } = [];

        public string? ExceptionType { get; internal set; }

        public override string ToString() => string.IsNullOrWhiteSpace(ExceptionType)
            ? $"Unknown exception: {base.ToString()}"
            : $"Unknown exception of type {ExceptionType}: {base.ToString()}";
    }
}
