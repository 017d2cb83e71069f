"""Functions of well-known C libraries whose result the caller owns, though their names do not say so.

Where it is documented, and what was read there: the comments above the functions in tree.c, valid.c, uri.c, xpath.c and
xmlstring.c of libxml2; the "Returns" notes of GLib, GIO and GStreamer ("transfer full", "free with g_free") and of
poppler-glib; the reference manual of GTK; c.cc and c.h of leveldb and of rocksdb (`CopyString` and `strdup`);
hs_common.h of Hyperscan; ldap_get_dn(3), ldap_first_attribute(3), ldap_get_values(3) of OpenLDAP; quickjs.h; duckdb.h;
capi.h of Tesseract; curl_easy_escape(3), curl_easy_unescape(3) and curl_url_get(3); getcon(3), getfilecon(3),
getexeccon(3) and security_compute_create(3) of libselinux; sd_journal_get_cursor(3) and sd_pid_get_unit(3);
BN_bn2hex(3); XFetchName(3) and its like; libvirt's API reference ("must be freed by the caller"); the comments of
MagickWand ("Use MagickRelinquishMemory() to free"); operation.h, proplist.h, format.h and utf8.h of PulseAudio;
gpgme.texi.
"""

from __future__ import annotations

_BY_RELEASE = {
    "xmlFree": "xmlNodeGetContent xmlGetProp xmlGetNsProp xmlGetNoNsProp xmlNodeListGetString xmlNodeListGetRawString"
    " xmlGetNodePath xmlNodeGetLang xmlNodeGetBase xmlStrdup xmlStrndup xmlURIEscape xmlURIEscapeStr xmlBuildURI"
    " xmlXPathCastToString xmlXPathCastNodeToString xmlXPathCastNodeSetToString xmlSaveUri xmlCanonicPath xmlPathToURI"
    " xmlBuildRelativeURI",
    "xmlXPathFreeObject": "xmlXPathEval xmlXPathEvalExpression xmlXPathCompiledEval",
    "g_free": "g_key_file_get_string g_key_file_get_value g_file_get_path g_file_get_uri g_file_get_basename"
    " g_file_get_parse_name g_strescape g_filename_to_uri g_filename_from_uri g_build_filename g_uri_escape_string"
    " g_date_time_format g_variant_print g_variant_dup_string g_utf8_strdown g_utf8_strup g_utf8_normalize"
    " g_base64_encode g_locale_to_utf8 g_locale_from_utf8 g_filename_to_utf8 g_path_get_basename g_path_get_dirname"
    " g_find_program_in_path g_markup_escape_text g_key_file_to_data g_key_file_get_locale_string"
    " g_uri_unescape_string g_file_read_link g_settings_get_string g_compute_checksum_for_string g_ascii_strdown"
    " g_ascii_strup g_utf8_casefold g_utf8_substring g_utf8_strreverse g_utf16_to_utf8 g_shell_quote"
    " g_uuid_string_random g_inet_address_to_string g_content_type_get_description g_icon_to_string"
    " g_file_get_relative_path g_value_dup_string g_strdup_value_contents g_regex_replace g_match_info_fetch"
    " g_filename_from_utf8 g_filename_display_name g_canonicalize_filename g_volume_get_name g_mount_get_name"
    " g_drive_get_name g_volume_get_identifier gst_value_serialize gst_tag_list_to_string gst_uri_to_string"
    " gst_filename_to_uri gtk_file_chooser_get_filename gtk_file_chooser_get_uri"
    " gtk_file_chooser_get_current_folder gtk_editable_get_chars gtk_text_buffer_get_text gtk_text_buffer_get_slice"
    " gtk_text_iter_get_text gtk_text_iter_get_slice gtk_combo_box_text_get_active_text gtk_clipboard_wait_for_text"
    " gtk_color_selection_palette_to_string gtk_accelerator_name gtk_accelerator_get_label gst_caps_to_string"
    " gst_structure_to_string gst_object_get_name gst_object_get_path_string gst_pad_get_name gst_element_get_name"
    " gst_uri_get_protocol gst_uri_get_location gst_version_string"
    " poppler_page_get_text poppler_page_get_selected_text poppler_page_get_label poppler_document_get_title"
    " poppler_document_get_author poppler_document_get_subject poppler_document_get_keywords"
    " poppler_document_get_creator poppler_document_get_producer poppler_document_get_metadata"
    " poppler_document_get_pdf_version_string poppler_annot_get_contents poppler_annot_get_name",
    "free": "leveldb_get leveldb_property_value rocksdb_get rocksdb_get_cf rocksdb_property_value"
    " rocksdb_property_value_cf readline virDomainGetXMLDesc virDomainGetOSType virDomainGetMetadata"
    " virDomainGetSchedulerType virDomainSnapshotGetXMLDesc virNetworkGetXMLDesc virNetworkGetBridgeName"
    " virStoragePoolGetXMLDesc virStorageVolGetXMLDesc virStorageVolGetPath virNodeDeviceGetXMLDesc"
    " virInterfaceGetXMLDesc virSecretGetXMLDesc virNWFilterGetXMLDesc virConnectGetCapabilities"
    " virConnectGetHostname virConnectGetURI virConnectGetSysinfo virConnectBaselineCPU virConnectDomainXMLFromNative"
    " virConnectDomainXMLToNative virConnectGetDomainCapabilities",
    "JS_FreeCString": "JS_ToCString JS_ToCStringLen2 JS_ToCStringLen JS_AtomToCString JS_AtomToCStringLen",
    "duckdb_free": "duckdb_value_varchar duckdb_get_varchar",
    "TessDeleteText": "TessBaseAPIGetUTF8Text TessBaseAPIGetHOCRText TessBaseAPIGetTsvText"
    " TessBaseAPIGetUNLVText TessBaseAPIGetAltoText"
    " TessBaseAPIGetPAGEText TessBaseAPIGetBoxText TessBaseAPIGetLSTMBoxText TessBaseAPIGetWordStrBoxText"
    " TessResultIteratorGetUTF8Text",
    "TessDeleteIntArray": "TessBaseAPIAllWordConfidences",
    "TessDeleteTextArray": "TessBaseAPIGetLoadedLanguagesAsVector TessBaseAPIGetAvailableLanguagesAsVector",
    "ldap_memfree": "ldap_get_dn ldap_first_attribute ldap_next_attribute",
    "ldap_value_free_len": "ldap_get_values_len",
    "XFree": "XGetAtomName XGetWMHints XGetVisualInfo",
    "curl_free": "curl_easy_escape curl_easy_unescape",
    "CRYPTO_free": "BN_bn2hex BN_bn2dec",
    "MagickRelinquishMemory": "MagickGetException MagickGetImageArtifact MagickGetImageArtifacts MagickGetImageBlob"
    " MagickGetImageDistortions MagickGetImageFeatures MagickGetImageProfiles MagickGetImageProperties"
    " MagickGetImageProperty MagickGetImageStatistics MagickGetOption MagickGetOptions",
    "pa_xfree": "pa_proplist_to_string pa_proplist_to_string_sep pa_utf8_filter",
    "gpgme_free": "gpgme_data_release_and_get_mem gpgme_addrspec_from_uid",
    "pa_operation_unref": "pa_context_drain pa_context_exit_daemon pa_context_get_card_info_by_index"
    " pa_context_get_card_info_by_name pa_context_get_card_info_list pa_context_get_client_info"
    " pa_context_get_client_info_list pa_context_get_module_info pa_context_get_module_info_list"
    " pa_context_get_sample_info_by_index pa_context_get_sample_info_by_name pa_context_get_sample_info_list"
    " pa_context_get_server_info pa_context_get_sink_info_by_index pa_context_get_sink_info_by_name"
    " pa_context_get_sink_info_list pa_context_get_sink_input_info pa_context_get_sink_input_info_list"
    " pa_context_get_source_info_by_index pa_context_get_source_info_by_name pa_context_get_source_info_list"
    " pa_context_get_source_output_info pa_context_get_source_output_info_list pa_context_kill_client"
    " pa_context_kill_sink_input pa_context_kill_source_output pa_context_load_module"
    " pa_context_move_sink_input_by_index pa_context_move_sink_input_by_name"
    " pa_context_move_source_output_by_index pa_context_move_source_output_by_name pa_context_play_sample"
    " pa_context_play_sample_with_proplist pa_context_proplist_remove pa_context_proplist_update"
    " pa_context_remove_sample pa_context_send_message_to_object pa_context_set_card_profile_by_index"
    " pa_context_set_card_profile_by_name pa_context_set_default_sink pa_context_set_default_source"
    " pa_context_set_name pa_context_set_port_latency_offset pa_context_set_sink_input_mute"
    " pa_context_set_sink_input_volume pa_context_set_sink_mute_by_index pa_context_set_sink_mute_by_name"
    " pa_context_set_sink_port_by_index pa_context_set_sink_port_by_name pa_context_set_sink_volume_by_index"
    " pa_context_set_sink_volume_by_name pa_context_set_source_mute_by_index"
    " pa_context_set_source_mute_by_name pa_context_set_source_output_mute pa_context_set_source_output_volume"
    " pa_context_set_source_port_by_index pa_context_set_source_port_by_name"
    " pa_context_set_source_volume_by_index pa_context_set_source_volume_by_name pa_context_stat"
    " pa_context_subscribe pa_context_suspend_sink_by_index pa_context_suspend_sink_by_name"
    " pa_context_suspend_source_by_index pa_context_suspend_source_by_name pa_context_unload_module"
    " pa_stream_cork pa_stream_drain pa_stream_flush pa_stream_prebuf pa_stream_proplist_remove"
    " pa_stream_proplist_update pa_stream_set_buffer_attr pa_stream_set_name pa_stream_trigger"
    " pa_stream_update_sample_rate pa_stream_update_timing_info",
}
ANSWERS = {name: release for release, names in _BY_RELEASE.items() for name in names.split()}
"""What releases the result of a function."""
FILLED = {
    "hs_database_info": (1, "free"),
    "hs_serialized_database_info": (2, "free"),
    "hs_serialize_database": (1, "free"),
    "sd_journal_get_cursor": (1, "free"),
    "sd_pid_get_unit": (1, "free"),
    "sd_pid_get_slice": (1, "free"),
    "sd_pid_get_session": (1, "free"),
    "curl_url_get": (2, "curl_free"),
    "XFetchName": (2, "XFree"),
}
_CONTEXTS = {0: "getcon getprevcon getexeccon getfscreatecon getkeycreatecon getsockcreatecon"}
_CONTEXTS[1] = "getpidcon getpidprevcon getfilecon lgetfilecon fgetfilecon getpeercon"
FILLED |= {
    name + raw: (index, "freecon")
    for index, names in _CONTEXTS.items()
    for name in names.split()
    for raw in ("", "_raw")
}
"""What releases what a function stores through a parameter, and which one that is."""
