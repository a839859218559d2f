//! The async shell: poll, batch, process, publish, commit, drain.
